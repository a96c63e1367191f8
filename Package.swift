// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let distributedTracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let heapModule = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCertificateReloading = Target.Dependency.product(
    name: "NIOCertificateReloading",
    package: "swift-nio-extras"
)
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "tidegate",
    products: [
        .executable(name: "tidegate", targets: ["tidegate"]),
        .executable(name: "oro-simulator", targets: ["oro-simulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries and the C headers around them.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CIsal", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .target(name: "CSeparators"),
        .target(name: "CLinux"),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),

        // The words and the decisions: pure.
        .target(name: "InventoryCore", dependencies: [crypto, heapModule], swiftSettings: strict),
        // Bytes to rows: pure.
        .target(
            name: "SnapshotFormats",
            dependencies: ["InventoryCore", "CSeparators"],
            swiftSettings: strict
        ),

        // The shell: files, database, network.
        .target(
            name: "SnapshotSources",
            dependencies: ["InventoryCore", "SnapshotFormats", "CLinux", "CZstd", "CIsal", crypto],
            swiftSettings: strict
        ),
        .target(
            name: "DeltaEngine",
            dependencies: ["InventoryCore", "SnapshotFormats", "CSeparators", "CLinux"],
            swiftSettings: strict
        ),
        .target(
            name: "StateStore",
            dependencies: ["InventoryCore", "CSQLite", "CZstd", grdb],
            swiftSettings: strict
        ),
        .target(
            name: "HTTPTransport",
            dependencies: ["InventoryCore", asyncHTTPClient, logging, nioCore, nioHTTP1, nioPosix, nioSSL],
            swiftSettings: strict
        ),
        .target(
            name: "OroClient",
            dependencies: ["InventoryCore", "HTTPTransport", logging, metrics, nioHTTP1],
            swiftSettings: strict
        ),
        .target(
            name: "TidegateSettings",
            dependencies: ["InventoryCore", "SnapshotFormats", "HTTPTransport", yams],
            swiftSettings: strict
        ),
        // What runs.
        .target(
            name: "TidegatePipeline",
            dependencies: [
                "InventoryCore", "SnapshotFormats", "SnapshotSources", "DeltaEngine", "StateStore",
                "HTTPTransport", "OroClient", "TidegateSettings", crypto, distributedTracing, metrics,
            ],
            swiftSettings: strict
        ),
        // What `serve` adds.
        .target(
            name: "TidegateService",
            dependencies: [
                "CCurl", "CLinux", "InventoryCore", "SnapshotFormats", "HTTPTransport", "SnapshotSources",
                "StateStore",
                "OroClient", "TidegateSettings", "TidegatePipeline", crypto, hummingbird,
                hummingbirdCore, hummingbirdTLS, httpTypes, logging,
                metrics, mustache, nioCertificateReloading, nioCore, nioHTTP1, nioHTTPTypes, nioPosix, nioSSL,
                serviceLifecycle, distributedTracing, unixSignals, yams,
            ],
            resources: [
                .embedInCode("Http/openapi.yaml"),
                .embedInCode("Pages/Assets"),
                .embedInCode("Pages/Templates"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "OroSimulator",
            dependencies: [
                asyncHTTPClient, crypto, hummingbird, logging, nioCore, nioHTTP1, serviceLifecycle,
            ],
            swiftSettings: strict
        ),

        // The programs.
        .executableTarget(
            name: "tidegate",
            dependencies: [
                "InventoryCore", "SnapshotFormats", "SnapshotSources", "DeltaEngine", "StateStore",
                "OroClient", "TidegateSettings", "TidegatePipeline", "TidegateService", "OroSimulator",
                argumentParser, asyncHTTPClient, logging, metrics, nioCore, nioHTTP1, serviceLifecycle,
                unixSignals,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "oro-simulator",
            dependencies: ["OroSimulator", argumentParser, logging, serviceLifecycle, unixSignals],
            swiftSettings: strict
        ),

        // What several test targets share.
        .target(
            name: "TestSupport",
            dependencies: ["InventoryCore", "SnapshotFormats"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "ShopSupport",
            dependencies: ["InventoryCore", "HTTPTransport", "OroClient", "OroSimulator", logging],
            path: "Tests/ShopSupport",
            swiftSettings: strict
        ),

        .testTarget(
            name: "InventoryCoreTests",
            dependencies: ["InventoryCore", "TestSupport", heapModule],
            exclude: ["Allocate/ring-fencing-vectors.json"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SnapshotFormatsTests",
            dependencies: ["SnapshotFormats", "InventoryCore", "CSeparators", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SnapshotSourcesTests",
            dependencies: ["SnapshotSources", "SnapshotFormats", "InventoryCore", "TestSupport"],
            resources: [.copy("Fixtures")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DeltaEngineTests",
            dependencies: ["DeltaEngine", "SnapshotFormats", "InventoryCore", "CSeparators", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StateStoreTests",
            dependencies: ["StateStore", "InventoryCore", "TestSupport", grdb],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OroSimulatorTests",
            dependencies: [
                "OroSimulator", asyncHTTPClient, crypto, hummingbird, logging, nioCore, nioHTTP1,
                serviceLifecycle,
            ],
            resources: [.copy("Transcripts")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: [
                "HTTPTransport", "InventoryCore", asyncHTTPClient, logging, nioCore, nioPosix, nioSSL,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OroClientTests",
            dependencies: [
                "OroClient", "HTTPTransport", "OroSimulator", "InventoryCore", "TestSupport", "ShopSupport",
                logging, nioCore, nioHTTP1, nioPosix, nioSSL,
            ],
            resources: [.copy("Orders/Transcripts.ndjson")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TidegateSettingsTests",
            dependencies: [
                "TidegateSettings", "SnapshotFormats", "HTTPTransport", "InventoryCore", "TestSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TidegatePipelineTests",
            dependencies: [
                "TidegatePipeline", "TidegateSettings", "OroSimulator", "OroClient", "HTTPTransport",
                "DeltaEngine", "StateStore", "SnapshotFormats", "InventoryCore", "TestSupport",
                "ShopSupport", logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TidegateServiceTests",
            dependencies: [
                "TidegateService", "TidegatePipeline", "TidegateSettings", "OroSimulator", "OroClient",
                "StateStore", "SnapshotFormats", "SnapshotSources", "HTTPTransport", "InventoryCore",
                "TestSupport", "ShopSupport", asyncHTTPClient, crypto, hummingbird, httpTypes, logging,
                metrics, nioCore, nioHTTP1, nioPosix, serviceLifecycle,
            ],
            exclude: ["Schedule/Oracle", "Events/Bodies"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TidegateTests",
            dependencies: ["tidegate", "oro-simulator", "InventoryCore"],
            exclude: ["Cases"],
            swiftSettings: strict
        ),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ]
)

// Benchmarks are built when somebody wants to measure: `TIDEGATE_BENCHMARKS=1 swift build -c release`.
if Context.environment["TIDEGATE_BENCHMARKS"] != nil {
    package.targets += [
        .executableTarget(
            name: "AllocationBenchmarks",
            dependencies: ["InventoryCore"],
            path: "Benchmarks/AllocationBenchmarks",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "DeltaBenchmarks",
            dependencies: ["InventoryCore", "SnapshotFormats", "SnapshotSources", "DeltaEngine"],
            path: "Benchmarks/DeltaBenchmarks",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "HistoryBenchmarks",
            dependencies: ["InventoryCore", "StateStore"],
            path: "Benchmarks/HistoryBenchmarks",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "PipelineBenchmarks",
            dependencies: [
                "InventoryCore", "OroClient", "OroSimulator", "SnapshotFormats", "SnapshotSources",
                "DeltaEngine", "StateStore",
                "TidegateSettings", "TidegatePipeline", logging,
            ],
            path: "Benchmarks/PipelineBenchmarks",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "PushBenchmarks",
            dependencies: [
                "InventoryCore", "OroClient", "OroSimulator", "StateStore", "TidegateSettings",
                "TidegatePipeline", logging,
            ],
            path: "Benchmarks/PushBenchmarks",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ServiceBenchmarks",
            dependencies: ["InventoryCore", "OroSimulator", asyncHTTPClient, logging, nioCore, nioHTTP1],
            path: "Benchmarks/ServiceBenchmarks",
            swiftSettings: strict
        ),
    ]
    package.products += [
        .executable(name: "AllocationBenchmarks", targets: ["AllocationBenchmarks"]),
        .executable(name: "DeltaBenchmarks", targets: ["DeltaBenchmarks"]),
        .executable(name: "HistoryBenchmarks", targets: ["HistoryBenchmarks"]),
        .executable(name: "PipelineBenchmarks", targets: ["PipelineBenchmarks"]),
        .executable(name: "PushBenchmarks", targets: ["PushBenchmarks"]),
        .executable(name: "ServiceBenchmarks", targets: ["ServiceBenchmarks"]),
    ]
}

// So are the fuzzers: see Tests/Fuzz/run.sh, which also links their driver.
if Context.environment["TIDEGATE_FUZZ"] != nil {
    for name in ["ReaderFuzz", "BaselineFuzz"] {
        package.targets.append(
            .executableTarget(
                name: name,
                dependencies: ["InventoryCore", "SnapshotFormats", "TestSupport"]
                    + (name == "BaselineFuzz" ? ["DeltaEngine", "CSeparators"] : []),
                path: "Tests/Fuzz/\(name)",
                swiftSettings: strict
            )
        )
        package.products.append(.executable(name: name, targets: [name]))
    }
}

// The core alone, for the thread sanitizer: see Tests/tsan.sh.
if Context.environment["TIDEGATE_CORE"] != nil {
    let core: Set = [
        "CSeparators", "CLinux", "InventoryCore", "SnapshotFormats", "DeltaEngine", "TestSupport",
        "InventoryCoreTests", "SnapshotFormatsTests", "DeltaEngineTests",
    ]
    package.targets.removeAll { !core.contains($0.name) }
    for target in package.targets where target.swiftSettings != nil {
        target.swiftSettings?.append(.define("TIDEGATE_TSAN"))
    }
    package.products = []
    package.dependencies.removeAll { dependency in
        guard case .sourceControl(_, let location, _) = dependency.kind else { return true }
        return !["/swift-collections", "/swift-crypto"].contains { location.hasSuffix($0) }
    }
}
