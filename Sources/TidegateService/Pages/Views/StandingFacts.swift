import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// What the first page is made of.
struct StandingFacts: Sendable {
    let now: Timestamp
    let figures: ShopFigures
    let freshness: [Freshness]
    let agenda: [ServedSource]
    /// Why a person has paused the push.
    let pause: ScheduleMemory.Pause?
    /// What keeps the shop from taking anything.
    let trouble: PushStanding.Trouble?
    /// What was not confirmed in the last hour.
    let points: [BacklogPoint]
    /// The last runs, the newest first.
    let runs: [RunRecord]
    /// Runs of which something waits for a person, the newest first.
    let held: [RunRecord]
    /// Who each owner is, as the configuration says.
    let owners: [InventoryException.Owner: String]

    private static let runsShown = 5
    private static let heldShown = 3

    init(of served: any ShopService, at now: Timestamp) async throws {
        let shop = served.shop
        self.now = now
        figures = try await ShopFigures(shop, at: now)
        freshness = try await shop.freshness(at: now)
        agenda = try await served.servedSources()
        pause = await served.pushPause()
        trouble = try await PushStanding(shop.state).trouble
        points = served.backlogPoints
        runs = try await shop.state.runs(RunFilter(isOfEvents: false), limit: StandingFacts.runsShown)
        held = try await shop.state.runs(RunFilter(state: .held), limit: StandingFacts.heldShown)
        owners = shop.settings.owners
    }

    init(
        now: Timestamp,
        figures: ShopFigures,
        freshness: [Freshness] = [],
        agenda: [ServedSource] = [],
        pause: ScheduleMemory.Pause? = nil
    ) {
        (self.now, self.figures, self.freshness) = (now, figures, freshness)
        (self.agenda, self.pause, trouble) = (agenda, pause, nil)
        (points, runs, held, owners) = ([], [], [], [:])
    }
}
