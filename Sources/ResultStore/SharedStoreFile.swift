// How files of a folder that workers share are called: by their endings a store knows where its weights lie.

/// The files of a worker's store in a shared folder.
package enum SharedStoreFile {
    /// The ending of the store that a worker alone opens.
    package static let live = "live"
    /// The ending of the file that others read.
    package static let snapshot = "snapshot"
    /// The folder beside both in which the weights of all workers lie.
    package static let weights = "weights"
}
