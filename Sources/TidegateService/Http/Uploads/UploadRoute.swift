import HTTPTypes
import Hummingbird
import InventoryCore
import Logging
import NIOCore
import SnapshotSources
import StateStore
import TidegatePipeline
import TidegateSettings

/// Deliveries that are sent (spec, service, 2).
struct UploadRoute: Sendable {
    let desk: ServiceDesk

    private static let bytesMax = 20 << 30
    private static let partBytes = 1 << 20

    var routes: [Route] {
        [Route(.post, "/v1/shops/{shop}/sources/{source}/snapshots", .snapshots, answer: take)]
    }

    private func take(_ call: Call) async throws -> Response {
        let (shop, source) = try desk.source(call)
        guard source.isFolder else { throw UploadRoute.notTaken(source, "is read from one file") }
        let contract = try UploadContract(call.headers)
        let length = call.headers[.contentLength].flatMap { Int($0) }
        if let length, length > UploadRoute.bytesMax { throw Fault.tooLarge(UploadRoute.bytesMax) }
        let before = ReceivedUploads(
            of: source,
            state: shop.shop.state,
            events: desk.events[shop.id],
            at: call.now
        )
        if let digest = contract.digest, let run = try await before.run(of: digest, contract) {
            return UploadRoute.accepted(run, in: shop, isReplayed: true)
        }
        let place = try desk.uploads.enter()
        defer { desk.uploads.leave(place) }
        try UploadFolder.prepare(source.path)
        let run = RunID(startedAt: call.now, salt: UInt16.random(in: 0...UInt16.max))
        let file = try UploadedFile(in: source.path, name: "\(run)-\(place)", length: length)
        try await UploadRoute.receive(call, into: file)
        let digest = file.digest
        if let stated = contract.digest, stated != digest { throw UploadRoute.digestDiffers(digest) }
        let key = UploadCount.Key(shop.id, source.id, digest, contract)
        // One of two that came at the same time waits for what becomes of the other.
        await desk.uploads.begin(key)
        defer { desk.uploads.end(key) }
        if let run = try await before.run(of: digest, contract) {
            return UploadRoute.accepted(run, in: shop, isReplayed: true)
        }
        try await file.finish(
            at: desk.uploads.arrival(at: .now),
            as: try UploadRoute.name(of: run, file.head, source),
            manifest: contract.manifest(sha256: digest),
            manifestSuffix: ContractManifest.suffix,
            marker: source.folder.doneMarker
        )
        shop.delivered(source.id)
        call.logger.info("delivery received", metadata: ["run": .string(run.text)])
        return UploadRoute.accepted(run, in: shop, isReplayed: false)
    }

    private static func receive(_ call: Call, into file: UploadedFile) async throws {
        var gathered = ByteBuffer()
        do {
            for try await part in call.request.body {
                var part = part
                gathered.writeBuffer(&part)
                guard file.bytes + gathered.readableBytes <= bytesMax else { throw Fault.tooLarge(bytesMax) }
                guard gathered.readableBytes >= partBytes else { continue }
                try await file.append(gathered)
                gathered.clear()
            }
        } catch let fault as Fault {
            throw fault
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Call.cut
        }
        try await file.append(gathered)
        guard file.bytes > 0 else { throw Fault.badBody("The delivery is empty.") }
        if let length = call.headers[.contentLength].flatMap({ Int($0) }), length != file.bytes {
            throw Call.cut
        }
    }

    private static func accepted(_ run: RunID, in shop: any ShopService, isReplayed: Bool) -> Response {
        var response = RunRoutes.accepted(run, in: shop)
        if isReplayed { response.headers[.idempotentReplayed] = "true" }
        return response
    }

    // MARK: names

    /// A name that begins with the run's, and that the folder's pattern takes for a delivery.
    private static func name(of run: RunID, _ head: [UInt8], _ source: SourceSettings) throws(Fault) -> String
    {
        let packing =
            head.starts(with: [0x1F, 0x8B]) ? ".gz" : head == [0x28, 0xB5, 0x2F, 0xFD] ? ".zst" : ""
        let folder = DropFolder(
            folder: source.path,
            pattern: source.folder.pattern,
            doneMarker: source.folder.doneMarker
        )
        let names = ["csv", "json", "ndjson", "xml", "txt"].map { "\(run).\($0)\(packing)" }
        if let name = (["\(run)\(packing)"] + names).first(where: { folder.isDelivery($0) }) { return name }
        throw notTaken(source, "has the pattern `\(source.folder.pattern)`, which no name of ours fits")
    }

    private static func notTaken(_ source: SourceSettings, _ why: String) -> Fault {
        Fault(
            .badInput,
            code: "uploads_not_taken",
            message: "The source \(source.id) \(why).",
            hint: "Give it `kind: upload`, or a folder whose pattern is `*`."
        )
    }

    private static func digestDiffers(_ found: [UInt8]) -> Fault {
        Fault(
            .badInput,
            code: "digest_differs",
            place: "Repr-Digest",
            message: "The bytes have the SHA-256 \(found.hexadecimal), not the one that was stated.",
            hint: "Send it again."
        )
    }
}
