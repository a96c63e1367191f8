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
        return endSeconds - (MachineInstant.upSeconds ?? 0) < SendingLease.seconds / 2
    }

    mutating func renew() async throws {
        let now = MachineInstant.now
        let end = now.map { MachineInstant(boot: $0.boot, seconds: $0.seconds + SendingLease.seconds) }
        try await state.record(sendingEnd: end)
        endSeconds = end?.seconds ?? .infinity
    }

    /// Seconds in which certainly no claimed wish was sent; 0 after a reboot or on another machine.
    static func quietSeconds(_ state: StateDatabase) async throws -> Double {
        guard let end = try await state.sendingEnd(), let now = MachineInstant.now, now.boot == end.boot
        else { return 0 }
        return max(0, now.seconds - end.seconds)
    }
}

extension MachineInstant {
    private static let bootPath = "/proc/sys/kernel/random/boot_id"

    /// Seconds since the machine's start; nothing where the system does not say.
    static var upSeconds: Double? {
        var time = timespec()
        guard clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Nothing where the system does not say.
    static var now: MachineInstant? {
        guard let upSeconds, let boot = FileManager.default.contents(atPath: bootPath) else { return nil }
        let id = String(decoding: boot, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return id.isEmpty ? nil : MachineInstant(boot: id, seconds: upSeconds)
    }
}
