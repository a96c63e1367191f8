import Foundation
import StateStore

/// Until when this push may send writes; recorded durably before it sends any.
///
/// After a crash the next process has to wait until what was sent can no longer take effect. Single sendings
/// are not recorded, but none happened after the end of the lease, so the time since then counts as waited.
struct SendingLease: Sendable {
    static let seconds = 10.0

    private let state: StateDatabase
    /// On the machine's clock; nothing before the first sending.
    private var endSeconds: Double?

    init(state: StateDatabase) {
        self.state = state
    }

    /// Whether less than half of it is left; half is far more than the time between this check and sending.
    var isEnding: Bool {
        guard let endSeconds else { return true }
        return endSeconds - MachineInstant.now.seconds < SendingLease.seconds / 2
    }

    mutating func renew() async throws {
        let end = MachineInstant.now.adding(seconds: SendingLease.seconds)
        try await state.record(sendingEnd: end)
        endSeconds = end.seconds
    }

    /// Seconds in which certainly no claimed wish was sent; 0 after a reboot or on another machine.
    static func quietSeconds(_ state: StateDatabase) async throws -> Double {
        let now = MachineInstant.now
        guard let end = try await state.sendingEnd(), now.boot == end.boot else { return 0 }
        return max(0, now.seconds - end.seconds)
    }
}

extension MachineInstant {
    /// The machine's start as the system names it.
    ///
    /// Where it names none, every process has a start of its own, so that no moment of an earlier one counts.
    private static let currentBoot: String = {
        let path = "/proc/sys/kernel/random/boot_id"
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        let name = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return name.isEmpty ? "unnamed-\(UUID().uuidString)" : name
    }()

    /// This moment, on the clock that also runs while the machine sleeps.
    static var now: MachineInstant {
        var time = timespec()
        precondition(clock_gettime(CLOCK_BOOTTIME, &time) == 0, "Linux has had this clock since 2.6.39")
        return MachineInstant(boot: currentBoot, seconds: Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
    }

    func adding(seconds: Double) -> MachineInstant {
        MachineInstant(boot: boot, seconds: self.seconds + seconds)
    }
}
