// Which failures are the same once paths, numbers and names made of them are taken out.

import CompoundSearch
import Testing

@Suite struct FailureSignatures {
    private func traceback(_ path: String, line: Int, _ exception: String) -> String {
        """
        python3 \(path) exited with status 1; its last lines:
        Traceback (most recent call last):
          File "\(path)", line \(line), in <module>
            import torchvision
          File "/usr/lib/python3.\(line)/importlib.py", line \(2 * line), in load
        \(exception)
        """
    }

    @Test(arguments: [
        (
            "/tmp/a/x.ckpt cannot be read",
            "/home/me/long path.d/y.ckpt cannot be read".replacing(" path", with: "")
        ),
        ("'/tmp/a b/x' is gone", "'/srv/c d e/y' is gone"), ("no file C:\\a\\b.txt", "no file D:\\c.txt"),
        ("network 0123456789abcdef failed", "network fedcba9876543210 failed"),
        ("loss is nan after 12 steps", "loss is NaN after 1234 steps"), ("rate -1e-05", "rate 0.4"),
        ("<Model object at 0x7f01>", "<Model object at 0x55ffab12>"),
        ("2026-11-26 19:25:44,123 ERROR no data", "2027-01-02T03:04:05.678Z ERROR no data"),
        ("Thu Nov 26 19:25:44 UTC 2026 no data", "Sat Dec  5 01:02:03 UTC 2026 no data"),
        ("shape (3, 32, 32) is too large", "shape (3, 40) is too large"),
        ("tmpabcdefgh is full", "tmpk3j_x9ab is full"), ("needs 1.2 GiB", "needs 13 GiB"),
        ("epoch 1\nepoch 2\nno room", "epoch 1\nno room"), ("\u{1b}[31mno room\u{1b}[0m", "no room"),
    ])
    func equalFailuresAreEqual(_ one: String, _ other: String) {
        #expect(FailureReason.signature(one) == FailureReason.signature(other))
    }

    @Test func aTracebackIsKnownByItsException() {
        let missing = "ModuleNotFoundError: No module named 'torchvision'"
        let one = FailureReason.signature(traceback("/tmp/a/train.py", line: 3, missing))
        #expect(one == FailureReason.signature(traceback("scripts/train.py", line: 88, missing)))
        for other in [
            "ModuleNotFoundError: No module named 'timm'", "KeyError: 'torchvision'", "MemoryError",
        ] {
            #expect(one != FailureReason.signature(traceback("/tmp/a/train.py", line: 3, other)))
        }
    }

    @Test(arguments: [
        ("[Errno 2] No such file: '/a'", "[Errno 13] Permission denied: '/a'"),
        ("x was ended by signal 11 (Segmentation fault)", "x was ended by signal 9 (Killed)"),
        ("x was ended at its time limit of 3 s", "x exited with status 3"),
        ("ValueError: expected images", "ValueError: expected labels"),
        ("CUDA out of memory", "CUDA error: device lost"),
    ])
    func differentFailuresDiffer(_ one: String, _ other: String) {
        #expect(FailureReason.signature(one) != FailureReason.signature(other))
    }

    @Test func whatIsLeftIsReadable() {
        #expect(
            FailureReason.signature("/tmp/a1/train.py exited with status 1; it said nothing")
                == "<path> exited with status #; it said nothing")
        #expect(FailureReason.signature("") == "")
    }
}
