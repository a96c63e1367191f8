import Foundation
package import InventoryCore
import Synchronization

/// A command that somebody has typed beside a running service, which carries it out in their stead.
package struct CommandCall: Sendable, Codable {
    /// As they were typed, without the program's name.
    package let arguments: [String]
    /// The state folder that the command works on, as an absolute path.
    package let folder: String
    /// Who typed it.
    package let who: String
    package let outputIsTerminal: Bool
    package let errorIsTerminal: Bool

    package init(
        arguments: [String],
        folder: String,
        who: String,
        outputIsTerminal: Bool,
        errorIsTerminal: Bool
    ) {
        self.arguments = arguments
        self.folder = folder
        self.who = who
        self.outputIsTerminal = outputIsTerminal
        self.errorIsTerminal = errorIsTerminal
    }

    /// A call is no longer.
    package static let bytesMax = 1 << 20
    /// Where it is sent on the control socket.
    package static let path = "/v1/command"
}

/// What a command prints on its way back to the terminal: a kind, a length in four bytes, and so many bytes.
package enum CommandFrame: Hashable, Sendable {
    case output([UInt8])
    case error([UInt8])
    /// The exit status, which ends it.
    case ending(Int32)

    /// A frame carries no more.
    package static let bytesMax = 1 << 16

    package var bytes: [UInt8] {
        switch self {
        case .output(let bytes): CommandFrame.frame(1, bytes)
        case .error(let bytes): CommandFrame.frame(2, bytes)
        case .ending(let status): CommandFrame.frame(3, Array("\(status)".utf8))
        }
    }

    private static func frame(_ kind: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        let count = UInt32(bytes.count)
        return [
            kind, UInt8(truncatingIfNeeded: count >> 24), UInt8(truncatingIfNeeded: count >> 16),
            UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count),
        ] + bytes
    }

    /// Splits a stream of frames that comes in pieces.
    package struct Reader: Sendable {
        private var pending: [UInt8] = []

        package init() {}

        /// Takes a piece and gives the frames that are whole now.
        ///
        /// - Throws: `Fault` where the other side speaks another language.
        package mutating func take(_ piece: some Sequence<UInt8>) throws(Fault) -> [CommandFrame] {
            pending.append(contentsOf: piece)
            var frames: [CommandFrame] = []
            var start = 0
            while pending.count - start >= 5 {
                let count = pending[start + 1..<start + 5].reduce(0) { $0 << 8 | Int($1) }
                guard count <= CommandFrame.bytesMax else { throw Reader.notUnderstood }
                guard pending.count - start >= 5 + count else { break }
                let bytes = Array(pending[start + 5..<start + 5 + count])
                switch pending[start] {
                case 1: frames.append(.output(bytes))
                case 2: frames.append(.error(bytes))
                case 3:
                    guard let status = Int32(String(decoding: bytes, as: UTF8.self)) else {
                        throw Reader.notUnderstood
                    }
                    frames.append(.ending(status))
                default: throw Reader.notUnderstood
                }
                start += 5 + count
            }
            pending.removeFirst(start)
            return frames
        }

        private static var notUnderstood: Fault {
            Fault(
                .internalError,
                code: "control_not_understood",
                message: "The service and this command line do not speak the same language.",
                hint: "Use the same version of tidegate as the one that serves."
            )
        }
    }
}

/// Takes what a command prints, from any thread, until it is sent.
package final class CommandOutput: Sendable {
    /// What waits to be sent at most; a reader that takes nothing ends the command.
    static let waitingBytesMax = 64 << 20

    package let frames: AsyncStream<CommandFrame>
    private let continuation: AsyncStream<CommandFrame>.Continuation
    private let waitingBytes = Mutex(0)

    package init() {
        (frames, continuation) = AsyncStream.makeStream(of: CommandFrame.self)
    }

    /// Prints bytes; gives false where the reader has gone or takes nothing.
    package func write(_ bytes: some Collection<UInt8>, toError: Bool) -> Bool {
        let isRoom = waitingBytes.withLock { waiting in
            waiting += bytes.count
            return waiting <= CommandOutput.waitingBytesMax
        }
        guard isRoom else { return false }
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(CommandFrame.bytesMax))
            rest = rest.dropFirst(part.count)
            if case .terminated = continuation.yield(toError ? .error(part) : .output(part)) { return false }
        }
        return true
    }

    /// Says that so much was sent.
    func sent(_ count: Int) {
        waitingBytes.withLock { $0 -= count }
    }

    /// Ends it with the command's exit status.
    package func end(_ status: Int32) {
        continuation.yield(.ending(status))
        continuation.finish()
    }
}

/// Carries out a command in a served shop; prints into the output, and gives the exit status.
package typealias RunCommand = @Sendable (CommandCall, ServedShop, CommandOutput) async -> Int32
