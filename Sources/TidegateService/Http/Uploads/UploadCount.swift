import InventoryCore
import Synchronization

/// How many uploads are under way, and in which order they end.
final class UploadCount: Sendable {
    struct Key: Hashable {
        let shop: ShopID
        let source: SourceID
        let digest: [UInt8]
        let asOf: Timestamp?
        let sequence: Int64?

        init(_ shop: ShopID, _ source: SourceID, _ digest: [UInt8], _ contract: UploadContract) {
            self.shop = shop
            self.source = source
            self.digest = digest
            asOf = contract.asOf
            sequence = contract.sequence
        }
    }

    private struct Uploads {
        var taken: Set<Int> = []
        var last = Timestamp(microseconds: 0)
        /// Those that are being put in their place, each with equal ones that wait for that.
        var finishing: [Key: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let uploads = Mutex(Uploads())

    static let uploadsMax = 8

    /// Gives a place.
    ///
    /// - Throws: `too_many_uploads`.
    func enter() throws(Fault) -> Int {
        let place = uploads.withLock { uploads -> Int? in
            guard let place = (0..<UploadCount.uploadsMax).first(where: { !uploads.taken.contains($0) })
            else { return nil }
            uploads.taken.insert(place)
            return place
        }
        if let place { return place }
        throw Fault(
            .busy,
            code: "too_many_uploads",
            message: "\(UploadCount.uploadsMax) deliveries are being sent.",
            hint: "Send it again in a moment."
        )
    }

    func leave(_ place: Int) { uploads.withLock { _ = $0.taken.remove(place) } }

    /// Waits until no equal upload is being put in its place, and begins; they are as few as uploads are.
    func begin(_ key: Key) async {
        await withCheckedContinuation { continuation in
            let isFree = uploads.withLock { uploads -> Bool in
                let isFree = uploads.finishing[key] == nil
                if isFree {
                    uploads.finishing[key] = []
                } else {
                    uploads.finishing[key]?.append(continuation)
                }
                return isFree
            }
            if isFree { continuation.resume() }
        }
    }

    /// Lets the next equal one begin.
    func end(_ key: Key) {
        let next = uploads.withLock { uploads -> CheckedContinuation<Void, Never>? in
            guard var waiting = uploads.finishing[key], !waiting.isEmpty else {
                uploads.finishing[key] = nil
                return nil
            }
            let next = waiting.removeFirst()
            uploads.finishing[key] = waiting
            return next
        }
        next?.resume()
    }

    /// Gives the time that an upload arrived at, later than that of all before it: it tells their order.
    func arrival(at now: Timestamp) -> Timestamp {
        uploads.withLock { uploads in
            uploads.last = max(now, Timestamp(microseconds: uploads.last.microseconds + 1))
            return uploads.last
        }
    }
}
