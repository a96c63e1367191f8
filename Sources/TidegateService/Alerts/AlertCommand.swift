import CLinux
import Foundation
import Glibc
import InventoryCore
import TidegatePipeline

/// Runs a program that gets an alert on its standard input; it has its time, and is killed then with all that
/// it has started.
struct AlertCommand: Sendable {
    private let arguments: [String]
    private let timeoutSeconds: Double

    /// How often it is looked whether the program has ended.
    private static let lookMicroseconds: UInt32 = 20_000
    private static let passed = ["PATH", "HOME", "LANG", "TZ"]

    init(_ arguments: [String], timeoutSeconds: Double) {
        (self.arguments, self.timeoutSeconds) = (arguments, timeoutSeconds)
    }

    func send(_ input: [UInt8]) async throws -> AlertOutcome {
        try await offPool { run(input) }
    }

    /// Blocks until the program has ended.
    private func run(_ input: [UInt8]) -> AlertOutcome {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return .failed("no pipe: \(AlertCommand.reason(errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var process: pid_t = 0
        let refusal = spawn(reading: ends[0], &process)
        close(ends[0])
        guard refusal == 0 else {
            close(ends[1])
            return .failed("cannot be started: \(AlertCommand.reason(refusal))")
        }
        // Whoever does not read it may still succeed, and does not hold anything up.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        return wait(for: process, feeding: input, into: ends[1])
    }

    private func spawn(reading end: Int32, _ process: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, end, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        _ = linux_spawn_closing_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that it can be ended with its children; no signal stays ignored or blocked.
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let all = ProcessInfo.processInfo.environment
        let variables = AlertCommand.passed.compactMap { name in all[name].map { "\(name)=\($0)" } }
        let program = arguments[0]
        return AlertCommand.withPointers(arguments) { arguments in
            AlertCommand.withPointers(variables) { variables in
                posix_spawn(&process, program, &actions, &attributes, arguments, variables)
            }
        }
    }

    private func wait(for process: pid_t, feeding input: [UInt8], into end: Int32) -> AlertOutcome {
        var rest = input[...]
        var isFed = false
        defer { if !isFed { close(end) } }
        let deadline = ContinuousClock.now + .seconds(timeoutSeconds)
        var status: Int32 = 0
        while true {
            if !isFed {
                let count = rest.withUnsafeBytes { write(end, $0.baseAddress, $0.count) }
                rest = count < 0 && errno != EAGAIN ? [] : rest.dropFirst(max(0, count))
                isFed = rest.isEmpty
                if isFed { close(end) }
            }
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            if ended < 0, errno != EINTR { return .failed("it is gone: \(AlertCommand.reason(errno))") }
            if ContinuousClock.now >= deadline {
                kill(-process, SIGKILL)
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                return .failed("it did not end within \(Int(timeoutSeconds)) s")
            }
            usleep(AlertCommand.lookMicroseconds)
        }
        // What it may have left behind does not outlive it.
        kill(-process, SIGKILL)
        if status & 0x7F != 0 { return .failed("a signal ended it (\(status & 0x7F))") }
        let code = (status >> 8) & 0xFF
        return code == 0 ? .taken : .failed("it ended with status \(code)")
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Gives texts as C takes them, ended by nothing.
    private static func withPointers<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
