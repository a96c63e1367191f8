/// How the push engine may load a shop, and every limit it keeps.
package struct PushOptions: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Single writes, synchronous or asynchronous batches, by backlog and what the shop can do.
        case auto
        case single
        case batch
        /// Synchronous batches where the shop has them, asynchronous ones otherwise.
        case synchronous
    }

    /// What the shop's version can do (API contract, section 0).
    package enum BatchSupport: Hashable, Sendable {
        case none
        case asynchronous
        /// Asynchronous, and `X-Mode: sync` as well.
        case synchronous
    }

    package var mode = Mode.auto
    package var batchSupport = BatchSupport.asynchronous

    /// Up to so many records of a wave are sent one by one in automatic mode, and where that is all at most
    /// `singleRecordsMax`; what an operation and a single write take decides in between.
    package var singleRecordsMin = 5
    package var singleRecordsMax = 60
    /// What a small shop writes one by one, and in operations, before anything is learnt (API contract,
    /// section 13).
    package var singlesPerSecond = 30.0
    package var recordsPerSecond = 100.0
    /// What an operation takes by itself, before anything is learnt.
    package var operationSeconds = 0.7
    /// OroCommerce's own limit of a synchronous batch is 100.
    package var synchronousRecordsMax = 100
    /// Each holds a PHP worker for up to 25 s, so only a few.
    package var synchronousInFlightMax = 2
    /// A synchronous batch that is accepted as an operation sooner than this was not understood as one.
    package var synchronousSecondsMin = 20.0
    package var writesInFlightMin = 1
    package var writesInFlightMax = 16
    package var operationsInFlightMax = 4
    /// OroCommerce's chunk: smaller operations cost as much as one chunk.
    package var batchRecordsMin = 100
    package var batchRecordsMax = 2000
    /// How much work may be in the shop's queue: more delays other users of the queue, less lets consumers
    /// idle.
    package var queueSeconds = 10.0
    /// Wishes held at most, whatever the shop's speed.
    package var windowMax = 20_000

    /// How long what was sent can still take effect after its request has ended, whatever the way: PHP's
    /// limit, the proxies' patience, the shop's queue, a margin.
    package var settleSeconds = 300.0
    /// Ids of a read-back request: 800 ids of six digits stay below the 7 kB of URL that were seen to work,
    /// and as many rows cost the shop about what a single write does (API contract, section 11).
    package var readBackLevelsMax = 800

    /// Tries of one figure that fail while others succeed, before it is parked.
    package var attemptsMax = 3
    /// Retries per first request; beyond this share they wait much longer.
    package var retryShare = 0.1
    /// Seconds without any success before the push stops and keeps its outbox.
    package var outageSecondsMax = 600.0
    /// Seconds in which no operation moves before single writes take over: the shop's consumers do not run.
    package var stallSecondsMax = 30.0
    /// Seconds between two questions for an operation that nothing waits for.
    package var orphanPollSeconds = 10.0
    /// An earlier push found the queue stalled, and no operation has ended since.
    package var isQueueStalled = false
    package var retryAfterSecondsMax = 600.0
    /// What earlier pushes have learnt.
    package var learnt = LearntPace()
    /// The limit of the storefront's p95, if it is watched.
    package var storefrontP95MaxMilliseconds: Double?
    /// A wish gains one step of priority each time it has waited this long.
    package var ageingSeconds = 60.0

    package init() {}
}
