import Foundation
import InventoryCore
import TidegateService

/// Standard output and standard error: results go to the one, everything said about them to the other.
struct Console: Sendable {
    let outputIsTerminal: Bool
    let errorIsTerminal: Bool
    /// Whether words may have colours: not on a terminal whose user has set `NO_COLOR` (no-color.org).
    let hasColours: Bool
    /// Where a command prints that a service carries out.
    private let output: CommandOutput?

    /// Makes the console of the process, or of whoever has typed the command beside the service.
    init() {
        let inside = CommandHost.inside
        output = inside?.output
        outputIsTerminal = inside?.call.outputIsTerminal ?? (isatty(STDOUT_FILENO) == 1)
        errorIsTerminal = inside?.call.errorIsTerminal ?? (isatty(STDERR_FILENO) == 1)
        let environment = ProcessInfo.processInfo.environment
        hasColours =
            outputIsTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    /// How many characters a line of the terminal holds; 80 where nobody says.
    var errorColumns: Int {
        var size = winsize()
        guard output == nil, ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return Console.columnsUsual
        }
        return Int(size.ws_col)
    }

    private static let columnsUsual = 80

    /// Writes bytes to standard output.
    ///
    /// - Throws: `ConsoleError.closed` when the reader has
    ///   gone, so that the command stops instead of working on.
    func write(_ bytes: [UInt8]) throws(ConsoleError) {
        try write(bytes, to: STDOUT_FILENO)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ConsoleError) {
        try write(bytes, to: STDOUT_FILENO)
    }

    /// Writes a line to standard output; what could steer the terminal is written out.
    func line(_ text: String = "") throws(ConsoleError) {
        try write(Array((text.visible + "\n").utf8), to: STDOUT_FILENO)
    }

    /// Writes a text of several lines of our own to standard output.
    func lines(_ text: String) throws(ConsoleError) {
        for part in text.split(separator: "\n", omittingEmptySubsequences: false) { try line(String(part)) }
    }

    /// Writes a line whose last word has a colour on a terminal.
    func line(_ text: String, ending word: String, in colour: Colour) throws(ConsoleError) {
        guard hasColours else { return try line(text + word) }
        let coloured = "\u{1B}[\(colour.rawValue)m\(word.visible)\u{1B}[0m\n"
        try write(Array((text.visible + coloured).utf8), to: STDOUT_FILENO)
    }

    /// Writes a line that needs a look, in yellow on a terminal.
    func yellow(_ text: String) throws(ConsoleError) {
        try line("", ending: text, in: .yellow)
    }

    /// By the numbers that terminals give them.
    enum Colour: Int {
        case red = 31
        case green = 32
        case yellow = 33
    }

    /// Writes one or more lines to standard error; lost where that is closed.
    func note(_ text: String) {
        noteBytes(Array((text.visible(keepingLineFeeds: true) + "\n").utf8))
    }

    func noteBytes(_ bytes: [UInt8]) {
        do {
            try write(bytes, to: STDERR_FILENO)
        } catch {
            return
        }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws(ConsoleError) {
        let written = bytes.withUnsafeBytes { buffer in
            Result { () throws(ConsoleError) in try write(buffer, to: descriptor) }
        }
        try written.get()
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(ConsoleError) {
        if let output {
            guard output.write(bytes, toError: descriptor == STDERR_FILENO) else { throw .closed }
            return
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let written = Foundation.write(descriptor, part.baseAddress, part.count)
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                throw errno == EPIPE ? .closed : .failed(errno)
            }
        }
    }
}

extension String {
    /// A hint, as all messages introduce it.
    var asHint: String { "To mend it: \(self)" }
}

/// Why nothing more can be written to the terminal or pipe.
enum ConsoleError: Error {
    case closed
    case failed(Int32)
}
