package import InventoryCore
package import Logging
import TidegatePipeline

/// Writes each log event as one line, with the shop, the source and the run that its task works for.
///
/// Control characters are escaped, so no value can start a line of its own or speak to a terminal. The values
/// of keys that name a secret are never written.
package struct LogLines: LogHandler {
    package var logLevel: Logger.Level = .warning
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider? = .runContext
    private let format: LogFormat
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable ([UInt8]) -> Void

    /// Writes through `write`, which takes one whole line with its line end, and may be called from several
    /// threads.
    package init(
        _ format: LogFormat,
        now: @escaping @Sendable () -> Timestamp = { .now },
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.format = format
        self.now = now
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let metadataProvider { all.merge(metadataProvider.get()) { $1 } }
        if let stated = event.metadata { all.merge(stated) { $1 } }
        if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
        var line = LogLine(format)
        line.begin(time: now(), level: event.level, message: event.message.description)
        for key in LogLines.leadingKeys {
            if let value = all.removeValue(forKey: key) { line.add(key, value) }
        }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line.add(key, value) }
        line.end()
        write(line.bytes)
    }

    /// Written before the others, so that lines of one run line up.
    private static let leadingKeys = ["shop", "source", "run", "request"]
}

extension Logger.MetadataProvider {
    /// The shop, the source and the run that the current task works for.
    package static let runContext = Logger.MetadataProvider {
        let context = RunContext.current
        var metadata: Logger.Metadata = [:]
        metadata["shop"] = context.shop.map { .string($0.text) }
        metadata["source"] = context.source.map { .string($0.text) }
        metadata["run"] = context.run.map { .string($0.text) }
        return metadata
    }
}
