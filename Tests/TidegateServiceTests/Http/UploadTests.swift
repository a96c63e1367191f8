import Crypto
import Foundation
import InventoryCore
import SnapshotSources
import Synchronization
import Testing

@testable import TidegatePipeline
@testable import TidegateService
@testable import TidegateSettings

@Suite("Deliveries that are sent", .serialized)
struct UploadTests {
    private static let path = "/v1/shops/main/sources/main/snapshots"
    private static let upload = "source: { kind: upload }"
    private static let stock = Array("sku,location,unit,on_hand\nAB-1,WH-1,EA,5\n".utf8)

    private static func digest(_ bytes: [UInt8]) -> String {
        "sha-256=:\(Data(SHA256.hash(data: bytes)).base64EncodedString()):"
    }

    private static func files(_ stage: HTTPStage) throws -> [String] {
        let folder = stage.shop.shop.settings.sources[0].path
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test("a delivery lies in the source's folder, whole, with its contract, under the run's name")
    func whole() async throws {
        try await HTTPStage.run(sources: Self.upload) { stage in
            let reply = try await stage.send(
                "POST",
                Self.path,
                body: Self.stock,
                headers: [
                    "Content-Type": "text/csv", "Tidegate-As-Of": "2026-11-30T10:00:00+01:00",
                    "Tidegate-Sequence": "7", "Tidegate-Scope": "full", "Tidegate-Rows": "1",
                    "Tidegate-Orders-Through": "FR-3", "Tidegate-Orders-Missing": "FR-1, FR-2",
                    "Repr-Digest": Self.digest(Self.stock),
                ]
            )
            #expect(reply.status == 202)
            let run = try #require(reply["run"])
            #expect(reply.headers["location"] == "/v1/shops/main/runs/\(run)")
            let folder = stage.shop.shop.settings.sources[0].path
            let found = try DropFolder(folder: folder).found()
            #expect(found.count == 1 && found[0].name.hasPrefix(run))
            #expect(found[0].contract?.sequence == 7 && found[0].contract?.rows == 1)
            #expect(found[0].contract?.ordersThrough == "FR-3")
            #expect(found[0].contract?.ordersMissing == ["FR-1", "FR-2"])
            #expect(found[0].contract?.scope == .full && found[0].contract?.asOf != nil)
            #expect(FileManager.default.contents(atPath: found[0].path).map { Array($0) } == Self.stock)
            #expect(stage.shop.calls == ["delivered main"])
            let again = try await stage.send(
                "POST",
                Self.path,
                body: Self.stock,
                headers: [
                    "Content-Type": "text/csv", "Tidegate-As-Of": "2026-11-30T10:00:00+01:00",
                    "Tidegate-Sequence": "7",
                ]
            )
            #expect(again.status == 202 && again["run"] == run)
            #expect(again.headers["idempotent-replayed"] == "true")
            #expect(try Self.files(stage).count == 2)
        }
    }

    @Test(
        "given deliveries taken or passed over, who sends one again after a restart is answered as before",
        arguments: ["full", "partial"]
    )
    func restarted(scope: String) async throws {
        let source = "source: { kind: upload, format: csv, scope: \(scope), contract: { rows_min: 1 } }"
        @Sendable func send(_ number: Int, to stage: HTTPStage) async throws -> HTTPStage.Reply {
            try await stage.send(
                "POST",
                Self.path,
                body: Array("sku,location,unit,on_hand\nAB-1,WH-1,EA,\(5 + number)\n".utf8),
                headers: [
                    "Content-Type": "text/csv", "Tidegate-As-Of": "2026-11-30T10:00:0\(number)+01:00",
                ]
            )
        }
        try await HTTPStage.run(sources: source) { stage in
            var sent: [String] = []
            for number in 0..<3 { sent.append(try #require(try await send(number, to: stage)["run"])) }
            let runs = sent
            _ = try await SyncRun(shop: stage.shop.shop, oro: stage.shop.oro).perform()
            let files = try Self.files(stage)
            try await stage.again { later in
                for number in [2, 0, 1] {
                    let reply = try await send(number, to: later)
                    #expect(reply.status == 202 && reply["run"] == runs[number])
                    #expect(reply.headers["idempotent-replayed"] == "true")
                }
            }
            #expect(try Self.files(stage) == files)
        }
    }

    @Test("given a delivery that nobody has read, who sends it again after a restart hears of the same run")
    func unread() async throws {
        try await HTTPStage.run(sources: Self.upload) { stage in
            @Sendable func send(_ asOf: String?, to stage: HTTPStage) async throws -> HTTPStage.Reply {
                var headers = ["Content-Type": "text/csv"]
                headers["Tidegate-As-Of"] = asOf
                let body = Array("sku,location,unit,on_hand\nAB-1,WH-1,EA,5\n".utf8)
                return try await stage.send("POST", Self.path, body: body, headers: headers)
            }
            let run = try #require(try await send("2026-11-30T10:00:00+01:00", to: stage)["run"])
            let files = try Self.files(stage)
            try await stage.again { later in
                let same = try await send("2026-11-30T10:00:00+01:00", to: later)
                #expect(same.status == 202 && same["run"] == run)
                #expect(same.headers["idempotent-replayed"] == "true")
                #expect(try Self.files(later) == files)
                #expect(try await send("2026-11-30T11:00:00+01:00", to: later)["run"] != run)
            }
        }
    }

    @Test(
        "given an upload that states no time, the same bytes are the same one until something else came",
        arguments: [false, true]
    )
    func undated(isRestarted: Bool) async throws {
        try await HTTPStage.run(sources: Self.upload) { stage in
            @Sendable func send(_ count: Int, to stage: HTTPStage) async throws -> HTTPStage.Reply {
                let body = Array("sku,location,unit,on_hand\nAB-1,WH-1,EA,\(count)\n".utf8)
                return try await stage.send("POST", Self.path, body: body)
            }
            @Sendable func course(_ later: HTTPStage, _ first: String) async throws {
                let same = try await send(5, to: later)
                #expect(same["run"] == first && same.headers["idempotent-replayed"] == "true")
                let other = try await send(6, to: later)
                let back = try await send(5, to: later)
                #expect(other.headers["idempotent-replayed"] == nil)
                #expect(back.headers["idempotent-replayed"] == nil && back["run"] != first)
                #expect(try await send(5, to: later)["run"] == back["run"])
                let folder = later.shop.shop.settings.sources[0].path
                let came = try DropFolder(folder: folder).complete().sorted { $0.modified < $1.modified }
                let runs = [first, other["run"], back["run"]]
                #expect(came.map { Optional(String($0.name.prefix { $0 != "." })) } == runs)
                #expect(Set(came.map(\.modified)).count == 3)
            }
            let first = try #require(try await send(5, to: stage)["run"])
            guard isRestarted else { return try await course(stage, first) }
            try await stage.again { later in try await course(later, first) }
        }
    }

    @Test("given an event that waits to be taken, then the same bytes after it are a delivery of their own")
    func afterEvent() async throws {
        let waiting = Atomic(0)
        let port = EventPort(
            verify: { _ in },
            take: { _ in throw CancellationError() },
            waiting: { _ in waiting.load(ordering: .relaxed) }
        )
        try await HTTPStage.run(sources: Self.upload, events: port) { stage in
            let first = try #require(try await stage.send("POST", Self.path, body: Self.stock)["run"])
            #expect(try await stage.send("POST", Self.path, body: Self.stock)["run"] == first)
            waiting.store(1, ordering: .relaxed)
            let second = try await stage.send("POST", Self.path, body: Self.stock)
            #expect(second.status == 202 && second["run"] != first)
        }
    }

    @Test("deliveries that arrive within one tick of the clock, or after it was set back, keep their order")
    func arrivals() {
        let uploads = UploadCount()
        let now = Timestamp(microseconds: 1_000_000)
        #expect(uploads.arrival(at: now) == now)
        #expect(uploads.arrival(at: now).microseconds == 1_000_001)
        #expect(uploads.arrival(at: now.adding(seconds: -1)).microseconds == 1_000_002)
        #expect(uploads.arrival(at: now.adding(seconds: 1)).microseconds == 2_000_000)
    }

    @Test("a delivery whose contract or digest is wrong is not kept")
    func wrong() async throws {
        try await HTTPStage.run(sources: Self.upload) { stage in
            for (headers, status) in [
                (["Repr-Digest": Self.digest([1])], 422), (["Repr-Digest": "sha-256=:x:"], 400),
                (["Repr-Digest": "md5=:AAAA:"], 400), (["Tidegate-As-Of": "today"], 400),
                (["Tidegate-Scope": "half"], 400), (["Tidegate-Rows": "-1"], 400),
                (["Tidegate-Sequence": "x"], 400), (["Tidegate-Orders-Through": " "], 400),
                (["Tidegate-Orders-Missing": "1"], 400),
            ] {
                let reply = try await stage.send("POST", Self.path, body: Self.stock, headers: headers)
                #expect(reply.status == status, "\(headers)")
            }
            #expect(try await stage.send("POST", Self.path, body: []).status == 400)
            #expect(try Self.files(stage).isEmpty)
            #expect(stage.shop.calls.isEmpty)
        }
    }

    @Test("given a client that is cut off, then nothing is left")
    func cut() async throws {
        try await HTTPStage.run(sources: Self.upload) { stage in
            try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                client.send(
                    "POST \(Self.path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n"
                )
                client.send([UInt8](repeating: 65, count: 3_000_000))
            }
            let deadline = ContinuousClock.now + .seconds(20)
            while stage.listener.counts.all > 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
            while try !Self.files(stage).isEmpty, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(try Self.files(stage).isEmpty)
            #expect(stage.shop.calls.isEmpty)
        }
    }

    @Test("what an earlier process has left is swept away, and deliveries are not")
    func sweep() throws {
        let folder = NSTemporaryDirectory() + "/uploads-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in [".tidegate-upload-1", ".tidegate-upload-2.beside", "a.csv", ".hidden"] {
            try "x".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        #expect(UploadFolder.sweep(folder) == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [".hidden", "a.csv"])
        #expect(UploadFolder.sweep(folder + "/none") == 0)
    }

    @Test("packed deliveries and folders with patterns get names that fit; a single file takes none")
    func names() async throws {
        let packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0]
        let folder = "source: { kind: folder, path: FOLDER/drop, pattern: \"*.csv*\", done_marker: .ok }"
        try await HTTPStage.run(sources: folder) { stage in
            let run = try #require(try await stage.send("POST", Self.path, body: packed)["run"])
            #expect(
                try Self.files(stage) == [
                    "\(run).csv.gz", "\(run).csv.gz.manifest.json", "\(run).csv.gz.ok",
                ]
            )
        }
        try await HTTPStage.run(sources: "source: { kind: folder, path: FOLDER/drop, pattern: \"a-*\" }") {
            stage in
            let reply = try await stage.send("POST", Self.path, body: packed)
            #expect(reply["code"] == "uploads_not_taken")
            #expect(try Self.files(stage).isEmpty)
        }
        try await HTTPStage.run { stage in
            let reply = try await stage.send("POST", Self.path, body: packed)
            #expect(reply.status == 409)
        }
    }

    @Test("given the same delivery twice at the same time, both hear of the same run, and it lies there once")
    func atOnce() async throws {
        try await HTTPStage.run(sources: Self.upload) { stage in
            let replies = try await withThrowingTaskGroup(of: (Int, String?, String?).self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let reply = try await stage.send(
                            "POST",
                            Self.path,
                            body: Self.stock,
                            headers: ["Content-Type": "text/csv", "Tidegate-As-Of": "2026-11-30T10:00:00Z"]
                        )
                        return (reply.status, reply["run"], reply.headers["idempotent-replayed"])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.allSatisfy { $0.0 == 202 })
            #expect(Set(replies.map(\.1)).count == 1)
            #expect(replies.count { $0.2 == nil } == 1)
            #expect(try DropFolder(folder: stage.shop.shop.settings.sources[0].path).found().count == 1)
        }
    }
}
