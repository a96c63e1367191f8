import CLinux
import Dispatch
import Foundation

/// The kernel's notices about one folder, and a clock for what it does not tell.
// Everything below is touched on `queue` alone, which the compiler cannot see.
final class FolderNotices: @unchecked Sendable {
    private let folder: String
    private let rescanSeconds: Double
    private let gatherSeconds: Double
    private let look: @Sendable () -> Void
    private let queue = DispatchQueue(label: "tidegate.folder")
    private var timer: (any DispatchSourceTimer)?
    private var watch: Watch?
    private var isGathering = false
    private var secondsSinceLook = 0.0
    private var hasEnded = false

    /// While there is no folder to watch, it is looked for this often.
    private static let absentSeconds = 1.0

    /// One instance of inotify with one watch, on the folder that had the name when it was made.
    private struct Watch {
        let source: any DispatchSourceRead
        let identity: Identity
    }

    private struct Identity: Equatable {
        let device: UInt64
        let node: UInt64
    }

    init(
        _ folder: String,
        rescanSeconds: Double,
        gatherSeconds: Double,
        look: @escaping @Sendable () -> Void
    ) {
        self.folder = folder
        self.rescanSeconds = rescanSeconds
        self.gatherSeconds = gatherSeconds
        self.look = look
    }

    func start() {
        queue.async { [self] in
            guard !hasEnded else { return }
            arm()
            let timer = DispatchSource.makeTimerSource(queue: queue)
            let seconds = min(rescanSeconds, FolderNotices.absentSeconds)
            timer.schedule(deadline: .now() + seconds, repeating: seconds)
            timer.setEventHandler { [self] in tick(seconds) }
            timer.resume()
            self.timer = timer
            look()
        }
    }

    /// Ends everything; the kernel's watch is closed on the queue, a moment later.
    func stop() {
        queue.async { [self] in
            hasEnded = true
            timer?.cancel()
            timer = nil
            disarm()
        }
    }

    private func tick(_ seconds: Double) {
        if watch == nil || watch?.identity != identity() {
            disarm()
            if arm() { gather() }
        }
        secondsSinceLook += seconds
        if secondsSinceLook >= rescanSeconds { lookNow() }
    }

    private func lookNow() {
        secondsSinceLook = 0
        look()
    }

    /// Makes one look of what comes within a moment.
    private func gather() {
        guard !isGathering else { return }
        isGathering = true
        queue.asyncAfter(deadline: .now() + gatherSeconds) { [self] in
            isGathering = false
            if !hasEnded { lookNow() }
        }
    }

    // MARK: inotify

    @discardableResult
    private func arm() -> Bool {
        guard let identity = identity() else { return false }
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return false }
        let wanted = IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
        guard inotify_add_watch(descriptor, folder, UInt32(wanted)) >= 0 else {
            close(descriptor)
            return false
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { [self] in read(descriptor) }
        source.setCancelHandler { close(descriptor) }
        source.resume()
        watch = Watch(source: source, identity: identity)
        return true
    }

    private func disarm() {
        watch?.source.cancel()
        watch = nil
    }

    /// Empties the queue of notices.
    ///
    /// What they say does not matter, but for the folder's own end: each means another look, and an overflow
    /// does, too.
    private func read(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var bits: UInt32 = 0
        while true {
            let count = buffer.withUnsafeMutableBytes {
                Foundation.read(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            buffer.withUnsafeBytes { bytes in
                var start = 0
                while start + MemoryLayout<inotify_event>.size <= count {
                    let event = bytes.loadUnaligned(fromByteOffset: start, as: inotify_event.self)
                    bits |= event.mask
                    start += MemoryLayout<inotify_event>.size + Int(event.len)
                }
            }
        }
        let gone = UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)
        if bits & gone != 0 {
            disarm()
            arm()
        }
        gather()
    }

    private func identity() -> Identity? {
        var status = linux_file_status()
        guard linux_file_status(folder, true, &status) == 0 else { return nil }
        return Identity(device: status.device, node: status.node)
    }
}
