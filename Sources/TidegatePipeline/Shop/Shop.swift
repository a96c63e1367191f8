import DeltaEngine
import Foundation
package import InventoryCore
package import StateStore
package import TidegateSettings

/// One OroCommerce as the process that works for it sees it: settings, database, and its sources.
///
/// Whoever has it opened for writing owns the state folder until `close`.
package struct Shop: Sendable {
    package let settings: Settings
    package let state: StateDatabase
    /// In the order of the configuration.
    package let sources: [Source]
    /// Whether the shop that is reached is the one that the state belongs to.
    package internal(set) var identity: ShopIdentity
    /// The push session that is open beside the runs: they tell it, and do not push themselves.
    package var session: OutboxChanges?
    /// The turn that its work has, where others wait for theirs.
    package var turn: (any ShopTurn)?
    /// Whether orders count as they are kept, and are not read before a run; for measurements without a shop.
    package var keepsOrders = false
    /// Called before each step of a commit, for tests.
    ///
    /// What it throws stands for the step's failure.
    package var onCommitStep: (@Sendable (CommitStep) throws -> Void)?

    /// Takes the state folder and opens what is in it; anything the database does not know of is swept away.
    ///
    /// - Throws: `Fault`: busy (75), not writable (73), damaged.
    package static func open(_ settings: Settings, command: String) async throws -> Shop {
        do {
            let folder = StateFolder(path: settings.store.path)
            try folder.prepare()
            let lock = try FolderLock(folder: folder, command: command, at: .now)
            let state = try StateDatabase.open(lock: lock)
            let shop = Shop(settings: settings, state: state, in: folder)
            try await shop.makeReady()
            try await HistoryKeeping(state).removeLeftovers()
            return shop
        } catch {
            throw Fault(error)
        }
    }

    /// Opens the folder beside whoever works in it, to look and not to touch.
    ///
    /// - Throws: `Fault`: nothing there yet (66).
    package static func openForReading(_ settings: Settings) async throws -> Shop {
        do {
            let folder = StateFolder(path: settings.store.path)
            let state = try StateDatabase.openForReading(folder)
            let shop = Shop(settings: settings, state: state, in: folder)
            var isAnyThere = false
            for source in shop.sources {
                let generation = try await state.generation(of: source.id)
                let seeds = try await state.baselineSeeds(of: source.id)
                let isThere = try await source.baseline.openForReading(at: generation, seeds: seeds)
                isAnyThere = isAnyThere || isThere
            }
            guard isAnyThere else { throw Shop.nothingYet(folder) }
            return shop
        } catch {
            throw Fault(error)
        }
    }

    private init(
        settings: Settings,
        state: StateDatabase,
        in folder: StateFolder,
        identity: ShopIdentity? = nil,
        open: [Source] = []
    ) {
        self.settings = settings
        self.state = state
        self.identity = identity ?? ShopIdentity(state: state)
        sources = settings.sources.map { source in
            Source(
                settings: source,
                baseline: open.first { $0.id == source.id }?.baseline
                    ?? SourceBaseline(
                        of: source.id,
                        in: folder,
                        memoryMegabytesMax: settings.store.memoryMegabytesMax
                    )
            )
        }
    }

    /// Gives the same shop by other settings; what is open stays open.
    ///
    /// - Throws: `Fault` with `needs_restart` where only a new start can take them.
    package func changed(to settings: Settings) throws(Fault) -> Shop {
        let former = self.settings
        let fixed: [(String, Bool)] = [
            ("shop", settings.shop == former.shop), ("service", settings.service == former.service),
            ("store", settings.store == former.store),
            ("oro", settings.oro.isReached(as: former.oro)),
            ("sources", Set(settings.sources.map(\.id)) == Set(former.sources.map(\.id))),
        ]
        if let (name, _) = fixed.first(where: { !$0.1 }) {
            throw Fault(
                .badConfiguration,
                code: "needs_restart",
                place: "\(settings.file): \(name)",
                message: "A running service cannot take a change of `\(name)`.",
                hint: "Everything is as it was before. Restart the service to take it."
            )
        }
        var shop = Shop(settings: settings, state: state, in: state.folder, identity: identity, open: sources)
        (shop.session, shop.onCommitStep, shop.keepsOrders) = (session, onCommitStep, keepsOrders)
        return shop
    }

    /// Gives memory back that a long time may pass without: a large delivery takes much, and the next one may
    /// be far away.
    package func giveMemoryBack() async throws {
        for source in sources { await source.baseline.giveMemoryBack() }
        try await state.giveMemoryBack()
    }

    /// Gives back whatever a process at rest can do without.
    package func giveMemoryBackAtRest() async {
        for source in sources { await source.baseline.giveMemoryBack() }
        state.giveMemoryBackAtRest()
    }

    /// Opens every baseline that is not open, at the generation that the database names.
    ///
    /// After a commit that failed the baseline is closed: this is how a process that lives on starts over.
    ///
    /// - Throws: `Fault`.
    package func makeReady() async throws {
        for source in sources where await !source.baseline.isOpen {
            let seeds = try await state.baselineSeeds(of: source.id)
            try await source.baseline.open(at: try await state.generation(of: source.id), seeds: seeds)
        }
    }

    /// Gives the stock of all sources as it counts now: as it was last accepted, less what is in doubt.
    ///
    /// - Throws: `Fault`.
    package func stock() async throws -> ShopStock {
        await stock(DoubtfulStock(try await state.doubts(), units: try settings.units.table()))
    }

    func stock(_ doubts: DoubtfulStock) async -> ShopStock {
        var views: [BaselineView] = []
        for source in sources {
            if let view = await source.baseline.view { views.append(view) }
        }
        return ShopStock(views, doubts)
    }

    /// Gives the stock that planning starts from: a source's own is what a delivery was compared with, or the
    /// first delivery itself.
    func stock(with own: BaselineView, of id: SourceID, _ doubts: DoubtfulStock) async -> ShopStock {
        var views = [own]
        for source in sources where source.id != id {
            if let view = await source.baseline.view { views.append(view) }
        }
        return ShopStock(views, doubts)
    }

    /// The copies of what was accepted.
    var copies: ArchiveCopy { ArchiveCopy(state: state, keep: settings.store.archiveKeep) }

    /// Finds a source by its name.
    ///
    /// - Throws: `Fault` with the names there are (64).
    package func source(_ id: SourceID) throws(Fault) -> Source {
        let named = try settings.source(named: id.text)
        guard let source = sources.first(where: { $0.id == named.id }) else {
            preconditionFailure("a shop has the sources of its settings")
        }
        return source
    }

    private static func nothingYet(_ folder: StateFolder) -> Fault {
        Fault(
            .inputMissing,
            code: "state_missing",
            place: folder.path,
            message: "No run has been made yet.",
            hint: "Run `tidegate sync` first, or name the folder with `store.path`."
        )
    }

    package func close() throws {
        try state.close()
    }
}

/// One ERP feed of a shop: how it is read, and what it last said.
package struct Source: Sendable {
    package let settings: SourceSettings
    package let baseline: SourceBaseline

    package var id: SourceID { settings.id }
}

extension Timestamp {
    /// The wall clock; only the shell asks it.
    package static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
