import CLinux
import Glibc
import ServiceLifecycle
import StateStore
import TidegatePipeline

/// Gives memory back to the system once the process has come to rest.
///
/// Runs, pushes, and the moving of the history take memory that the C library and SQLite keep for next time,
/// and a service is at rest most of its life.
struct MemoryLoop: Service {
    let shops: [ServedShop]

    private static let lookSeconds = 2.0

    /// Has the process keep less memory for later; to be called before it has many threads.
    ///
    /// The C library has eight pools a core, of which each keeps what a run has freed in it. As many as there
    /// are cores are enough for those that run at the same time.
    static func prepareProcess() {
        linux_share_memory(Int32(max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var rest = ProcessRest()
            while !Task.isCancelled {
                if rest.hasBegun(atProcessorSeconds: MemoryLoop.processorSeconds) { await giveBack() }
                await Task.pause(seconds: MemoryLoop.lookSeconds)
            }
        }
    }

    private func giveBack() async {
        for served in shops {
            await served.shop.giveMemoryBackAtRest()
            served.inbox.giveMemoryBackAtRest()
        }
        linux_give_back_memory()
        linux_give_back_program()
    }

    private static var processorSeconds: Double { Double(clock()) / 1e6 }
}

/// Finds out when a process that has worked comes to rest; looks come at equal distances.
struct ProcessRest {
    /// What a process at rest uses at most between two looks: metrics are read, and the clock is looked at.
    private static let restSecondsMax = 0.06
    /// Looks in a row without work, before it counts as rest.
    private static let quietLooksMin = 3

    private var last: Double?
    private var hasWorked = true
    private var quietLooks = 0

    /// Notes how much processor time the process has used in its life; gives whether its rest begins now.
    mutating func hasBegun(atProcessorSeconds used: Double) -> Bool {
        defer { last = used }
        guard let last else { return false }
        guard used - last <= ProcessRest.restSecondsMax else {
            (hasWorked, quietLooks) = (true, 0)
            return false
        }
        quietLooks += 1
        guard hasWorked, quietLooks >= ProcessRest.quietLooksMin else { return false }
        (hasWorked, quietLooks) = (false, 0)
        return true
    }
}
