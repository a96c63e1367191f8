import Dispatch
import Foundation

/// Says when to look into a folder again: something has come to lie in it, or so much time has passed.
///
/// Each element is one look. Many files that come together are one look or few; while nobody asks, at most
/// one look waits. The folder need not exist yet, and may be replaced by another of its name. The sequence
/// does not end by itself; it ends where the task that reads it is cancelled.
///
/// The kernel tells of nothing that another machine does on a network file system: that is what the rescan is
/// for, and `sources.NAME.schedule`.
package struct DropFolderWatch: AsyncSequence, Sendable {
    package typealias Element = Void

    private let folder: String
    private let rescanSeconds: Double
    private let gatherSeconds: Double

    /// Makes the watch of a folder; the first look is due at once, and one more after so long without any.
    ///
    /// What comes within `gatherSeconds` is one look.
    package init(_ folder: String, rescanSeconds: Double = 30, gatherSeconds: Double = 0.05) {
        self.folder = folder
        self.rescanSeconds = rescanSeconds
        self.gatherSeconds = gatherSeconds
    }

    package func makeAsyncIterator() -> AsyncStream<Void>.Iterator {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let watching = FolderNotices(
            folder,
            rescanSeconds: rescanSeconds,
            gatherSeconds: gatherSeconds,
            look: { continuation.yield() }
        )
        continuation.onTermination = { _ in watching.stop() }
        watching.start()
        return stream.makeAsyncIterator()
    }
}
