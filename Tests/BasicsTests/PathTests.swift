// Folders and names of paths.

import Basics
import Testing

@Test(arguments: [
    ("w", ""), ("a/b.yaml", "a"), ("/w", "/"), ("a/b/c", "a/b"), ("../x", ".."), ("", ""), ("a/", "a"),
    ("é/ü", "é"),
])
func theFolderOfAPathStandsBeforeItsLastSlash(_ path: String, _ folder: String) {
    #expect(path.folderOfPath == folder)
}

@Test(arguments: [("a", "b", "a/b"), ("", "b", "b"), ("a/", "b", "a/b"), ("a", "/b", "/b"), ("/", "b", "/b")])
func namesAreJoinedToFolders(_ folder: String, _ name: String, _ path: String) {
    #expect(folder.path(of: name) == path)
}
