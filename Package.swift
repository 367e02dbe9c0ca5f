// swift-tools-version: 6.2
import PackageDescription

/// One build of the kernel sources for one instruction set; all three share their files by symbolic links. The module
/// Builtin has the operations of LLVM that Lanes.swift names.
func kernels(_ name: String, march: String? = nil) -> Target {
    let flags = ["-Ounchecked", "-enable-builtin-module"] + (march.map { ["-Xcc", "-march=\($0)"] } ?? [])
    return .target(
        name: name, dependencies: ["KernelTasks", "CPUFeatures"], swiftSettings: [.unsafeFlags(flags)])
}

#if arch(x86_64)
    let kernelBuilds = [
        kernels("KernelsAVX512", march: "x86-64-v4"), kernels("KernelsAVX2", march: "x86-64-v3"),
        kernels("KernelsPortable"),
    ]
#else
    let kernelBuilds = [kernels("KernelsPortable")]
#endif

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "compound",
    products: [.executable(name: "compound", targets: ["compound"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.30.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: kernelBuilds + [
        .executableTarget(
            name: "compound",
            dependencies: [
                "ResultStore", "Descriptions", "CandidateBenchmark", "ModelExchange", "TensorFiles",
                "ExternalTraining", "ProxyTraining", "Datasets", "Basics", argumentParser,
            ]),
        .target(
            name: "ExternalTraining",
            dependencies: [
                "CompoundSearch", "Descriptions", "Networks", "Basics", "CProcessControl", subprocess,
            ]),
        .systemLibrary(name: "CProcessControl"),
        .target(name: "Basics"),
        .target(name: "ResultStore", dependencies: ["CompoundSearch", grdb]),
        .target(name: "Descriptions", dependencies: ["CompoundSearch", yams]),
        .target(
            name: "CandidateBenchmark",
            dependencies: [
                "CompoundSearch", "NetworkExecution", "ConvolutionKernels", "ProxyTraining", "Basics",
            ]),
        .target(
            name: "ModelExchange", dependencies: ["NetworkExecution", "TensorFiles", protobuf],
            exclude: ["ONNX/onnx-minimal.proto"]),
        .target(
            name: "ProxyTraining",
            dependencies: [
                "NetworkExecution", "Networks", "ConvolutionKernels", "KernelTasks", "TensorFiles",
                "Datasets", "Basics",
            ]),
        .target(name: "TensorFiles"),
        .target(name: "Datasets", dependencies: ["CZlib", "CLibPNG", "CTurboJPEG"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .target(name: "CompoundSearch", dependencies: ["Networks"]),
        .target(
            name: "NetworkExecution",
            dependencies: ["Networks", "ConvolutionKernels", "KernelTasks", "Basics"]),
        .target(name: "Networks"),
        .target(
            name: "ConvolutionKernels",
            dependencies: ["CPUFeatures", "KernelTasks"] + kernelBuilds.map { .target(name: $0.name) }),
        .target(name: "KernelTasks"),
        .target(name: "CPUFeatures"),

        .testTarget(name: "BasicsTests", dependencies: ["Basics"]),
        .testTarget(
            name: "ExternalTrainingTests",
            dependencies: ["ExternalTraining", "CompoundSearch", "Networks", "compound"]),
        .testTarget(name: "NetworksTests", dependencies: ["Networks"], resources: [.copy("golden")]),
        .testTarget(name: "CompoundSearchTests", dependencies: ["CompoundSearch"]),
        .testTarget(name: "ConvolutionKernelsTests", dependencies: ["ConvolutionKernels"]),
        .testTarget(name: "NetworkExecutionTests", dependencies: ["NetworkExecution"]),
        .testTarget(name: "CandidateBenchmarkTests", dependencies: ["CandidateBenchmark"]),
        .testTarget(
            name: "ProxyTrainingTests", dependencies: ["ProxyTraining", "ModelExchange", "Datasets"]),
        .testTarget(name: "TensorFilesTests", dependencies: ["TensorFiles"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "CZlib", "CLibPNG", "CTurboJPEG"]),
        .testTarget(
            name: "ModelExchangeTests", dependencies: ["ModelExchange"], resources: [.copy("golden")]),
        .testTarget(name: "DescriptionsTests", dependencies: ["Descriptions"]),
        .testTarget(
            name: "ResultStoreTests", dependencies: ["ResultStore", grdb], resources: [.copy("stores")]),
        .testTarget(
            name: "compoundTests",
            dependencies: ["compound", "ResultStore", "ModelExchange", "Networks", "TensorFiles", grdb]),
    ]
)
