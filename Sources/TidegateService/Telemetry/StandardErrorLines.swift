import Foundation
package import Logging
import Synchronization

/// Standard error, one whole line at a time.
enum StandardErrorLines {
    private static let lock = Mutex(())

    /// Writes a line; where standard error is closed or full, the line is lost: logging never stops a run.
    static func write(_ line: [UInt8]) {
        lock.withLock { _ in
            line.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    let written = Foundation.write(STDERR_FILENO, part.baseAddress, part.count)
                    if written > 0 {
                        rest = rest.dropFirst(written)
                    } else if errno != EINTR {
                        return
                    }
                }
            }
        }
    }
}

extension Logger {
    /// Log lines of a level and above, on standard error.
    package static func tidegate(_ format: LogFormat, level: Logger.Level) -> Logger {
        var logger = Logger(label: "tidegate") { _ in
            LogLines(format, write: StandardErrorLines.write)
        }
        logger.logLevel = level
        return logger
    }
}
