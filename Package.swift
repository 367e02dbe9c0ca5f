// swift-tools-version: 6.2
import PackageDescription

/// One build of the kernel sources for one instruction set; all three share a folder by symbolic links. The module
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
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
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
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: kernelBuilds + [
        // The command line.
        .executableTarget(
            name: "compound",
            dependencies: [
                "Reports", "Studies", "ClusterJobs", "ResultStore", "Descriptions", "ModelExchange",
                "ExternalTraining", "CandidateBenchmark", "ProxyTraining", "CompoundSearch",
                "NetworkExecution", "Measurements",
                "Recipes", "Networks", "Datasets", "TensorFiles", "ConvolutionKernels", "Figures",
                "Rendering",
                "Basics", argumentParser,
            ]),

        // What studies found as a page; its files stand in the binary.
        .target(
            name: "Reports",
            dependencies: [
                "Studies", "ResultStore", "Descriptions", "CandidateBenchmark", "CompoundSearch",
                "Measurements", "Networks", "Figures", "Rendering", "Basics", mustache,
            ],
            resources: ["page.mustache", "report.css", "report.js"].map { .embedInCode("Page/Files/\($0)") }),

        // The same search on a cluster, as texts.
        .target(name: "ClusterJobs", dependencies: ["Rendering"]),

        // A study from space to answer.
        .target(
            name: "Studies",
            dependencies: [
                "ResultStore", "Descriptions", "ModelExchange", "ExternalTraining", "CandidateBenchmark",
                "ProxyTraining", "CompoundSearch", "NetworkExecution", "Measurements", "Recipes", "Networks",
                "Datasets", "ConvolutionKernels", "Rendering", "Basics",
            ]),

        // Doors to the outside, and who judges candidates.
        .target(
            name: "ResultStore",
            dependencies: ["CompoundSearch", "Measurements", "Networks", "Rendering", "Basics", grdb]),
        .target(
            name: "Descriptions",
            dependencies: [
                "CompoundSearch", "Measurements", "Recipes", "Networks", "Rendering", "Basics", yams,
            ]),
        .target(
            name: "ModelExchange",
            dependencies: [
                "NetworkExecution", "Networks", "ConvolutionKernels", "TensorFiles", protobuf,
            ],
            exclude: ["ONNX/onnx-minimal.proto"]),
        .target(
            name: "ExternalTraining",
            dependencies: [
                "CompoundSearch", "Descriptions", "Recipes", "Networks", "Basics", "CProcessControl",
                subprocess,
            ]),
        .target(
            name: "CandidateBenchmark",
            dependencies: [
                "ProxyTraining", "NetworkExecution", "Measurements", "Networks", "ConvolutionKernels",
                "KernelTasks", "Basics",
            ]),
        .target(
            name: "ProxyTraining",
            dependencies: [
                "NetworkExecution", "Recipes", "Networks", "ConvolutionKernels", "KernelTasks",
                "TensorFiles", "Datasets", "Basics",
            ]),

        // What they stand on.
        .target(name: "CompoundSearch", dependencies: ["Measurements", "Recipes", "Networks", "Basics"]),
        .target(
            name: "NetworkExecution",
            dependencies: ["Networks", "ConvolutionKernels", "KernelTasks", "Basics"]),
        .target(name: "Measurements", dependencies: ["Basics"]),
        .target(name: "Recipes"),
        .target(name: "Networks", dependencies: ["Basics"]),
        .target(name: "TensorFiles"),
        .target(name: "Datasets", dependencies: ["Basics", "CZlib", "CLibPNG", "CTurboJPEG"]),
        .target(
            name: "ConvolutionKernels",
            dependencies: ["CPUFeatures", "KernelTasks"] + kernelBuilds.map { .target(name: $0.name) }),
        .target(name: "KernelTasks"),
        .target(name: "Figures", dependencies: ["Rendering"]),
        .target(name: "Rendering"),
        .target(name: "Basics"),
        .target(name: "CPUFeatures"),
        .systemLibrary(name: "CProcessControl"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),

        // What tests compare the kernels and the compiled networks with; the product has none of it.
        .target(
            name: "ReferenceKernels", dependencies: ["ConvolutionKernels", "KernelTasks"],
            path: "Tests/ReferenceKernels"),
        .target(
            name: "ReferenceExecution",
            dependencies: ["NetworkExecution", "Networks", "ConvolutionKernels", "ReferenceKernels"],
            path: "Tests/ReferenceExecution"),

        .testTarget(name: "ClusterJobsTests", dependencies: ["ClusterJobs"]),
        .testTarget(name: "BasicsTests", dependencies: ["Basics"]),
        .testTarget(name: "FiguresTests", dependencies: ["Figures", "Basics"]),
        .testTarget(name: "MeasurementsTests", dependencies: ["Measurements"]),
        .testTarget(name: "RecipesTests", dependencies: ["Recipes"]),
        .testTarget(
            name: "NetworksTests", dependencies: ["Networks"], resources: [.copy("golden")]),
        .testTarget(
            name: "CompoundSearchTests",
            dependencies: ["CompoundSearch", "Recipes", "Networks", "Basics"]),
        .testTarget(
            name: "ConvolutionKernelsTests",
            dependencies: ["ConvolutionKernels", "KernelTasks", "ReferenceKernels"]),
        .testTarget(
            name: "NetworkExecutionTests",
            dependencies: ["NetworkExecution", "Networks", "ConvolutionKernels", "ReferenceExecution"]),
        .testTarget(
            name: "CandidateBenchmarkTests",
            dependencies: [
                "CandidateBenchmark", "NetworkExecution", "Networks", "ConvolutionKernels", "Basics",
            ]),
        .testTarget(
            name: "ProxyTrainingTests",
            dependencies: [
                "ProxyTraining", "ModelExchange", "NetworkExecution", "Recipes", "Networks",
                "ConvolutionKernels", "TensorFiles", "Datasets", "Basics", "ReferenceExecution",
            ]),
        .testTarget(
            name: "ExternalTrainingTests",
            dependencies: ["ExternalTraining", "CompoundSearch", "Recipes", "Networks", "compound"]),
        .testTarget(name: "TensorFilesTests", dependencies: ["TensorFiles"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "CZlib", "CLibPNG", "CTurboJPEG"]),
        .testTarget(
            name: "ModelExchangeTests",
            dependencies: [
                "ModelExchange", "NetworkExecution", "Networks", "ConvolutionKernels", "TensorFiles",
                "ReferenceExecution",
            ], resources: [.copy("golden")]),
        .testTarget(
            name: "DescriptionsTests",
            dependencies: [
                "Descriptions", "CompoundSearch", "Measurements", "Recipes", "Networks", "Rendering",
            ]),
        .testTarget(
            name: "ResultStoreTests",
            dependencies: ["ResultStore", "CompoundSearch", "Measurements", "Recipes", "Networks", grdb],
            resources: [.copy("stores")]),
        .testTarget(
            name: "StudiesTests",
            dependencies: [
                "Studies", "ResultStore", "Descriptions", "CompoundSearch", "Measurements", "Recipes",
                "Networks",
            ]),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "Reports", "Studies", "ResultStore", "Descriptions", "CompoundSearch", "Measurements",
                "Networks",
                "Figures", "Rendering", "Basics",
            ]),
        .testTarget(
            name: "compoundTests",
            dependencies: [
                "compound", "ResultStore", "Descriptions", "ModelExchange", "CompoundSearch", "Measurements",
                "Networks", "TensorFiles", "Basics", grdb,
            ]),
    ]
)
