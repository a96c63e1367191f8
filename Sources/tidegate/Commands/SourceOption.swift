import ArgumentParser
import InventoryCore
import TidegateSettings

/// Which of the configured sources a command works on.
struct SourceOption: ParsableArguments {
    @Option(name: .customLong("source"), help: "The source, as the configuration names it.")
    var name: String?

    /// Gives the named source; nothing where none is named.
    ///
    /// - Throws: `Fault` with the names that exist.
    func named(in settings: Settings) throws(Fault) -> SourceSettings? {
        guard let name else { return nil }
        return try settings.source(named: name)
    }

    /// Gives the named source, or the only one.
    ///
    /// - Throws: `Fault` with the names that exist.
    func one(in settings: Settings) throws(Fault) -> SourceSettings {
        if let source = try named(in: settings) { return source }
        return try settings.onlySource()
    }
}
