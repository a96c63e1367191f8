import HTTPTransport
import InventoryCore

/// What an examination concludes about batches: whether the version has them, and whether the role may.
///
/// None of the questions leaves an operation behind. `OPTIONS` is none of them: it names what the version
/// has, whatever the role may (API contract, section 13).
enum BatchExamineRules {
    /// The value of `X-Mode` that no version knows.
    static let unknownMode = "probe"

    /// A batch request without a body and in a mode that does not exist, which nothing can come of.
    ///
    /// A version without batches answers 405, one with synchronous batches refuses the mode, the others the
    /// empty body.
    static func mode(_ exchange: Exchange, into report: inout ShopReport) {
        guard case .reply(let reply) = exchange else { return }
        switch Verdict(reply) {
        case .methodNotAllowed:
            report.knowsBatches = false
            report.takesBatches = false
            report.add(
                .warning,
                "no_batches",
                "This version writes levels one by one, about 25 a second.",
                hint: "Update OroCommerce to 5.1.7, 6.0.1 or newer."
            )
        case .refused(let faults):
            report.knowsBatches = true
            let knowsMode = faults.contains { $0.title == "invalid header value exception" }
            // Whoever has webhooks has synchronous batches too, whatever is looked at first.
            report.takesSynchronousBatches = knowsMode || report.version != nil
        // Which right it is, only the question for an operation tells.
        case .denied:
            report.knowsBatches = true
            report.takesBatches = false
        case .succeeded, .trouble, .unauthorized, .missing, .bodyTooLarge, .addressTooLong, .unsettled: break
        }
    }

    /// The state of an operation that cannot exist: 403 says that the role may not view operations.
    ///
    /// Where the role may, and a batch was refused all the same, it may not create them.
    static func view(_ exchange: Exchange, into report: inout ShopReport) {
        if case .reply(let reply) = exchange, reply.status == 403 {
            deny(.viewOperations, into: &report)
        } else if report.takesBatches == false {
            deny(.createOperations, into: &report)
        }
    }

    /// An empty batch: written down by the shop as an operation that has nothing to do, or refused.
    ///
    /// In synchronous mode the shop deletes the operation with its answer. It accepts one there only after
    /// 25 s in which no consumer took it.
    static func empty(_ answer: SubmitAnswer, seconds: Double, into report: inout ShopReport) {
        switch answer {
        case .notPermitted: deny(.createOperations, into: &report)
        case .accepted where report.takesSynchronousBatches == true && seconds >= waitSecondsMin:
            report.takesBatches = true
            report.add(
                .warning,
                noConsumers,
                "No queue consumer took a batch for \(Int(min(seconds, 1000))) s.",
                hint: "Start `oro:message-queue:consume` in the shop, or see what keeps its queue busy."
            )
        case .accepted:
            report.takesBatches = true
            report.takesSynchronousBatches = false
            report.add(.ok, "batches", "Levels can be written in batches.")
        case .records:
            report.takesBatches = true
            report.add(
                .ok,
                "batches",
                "Levels can be written in batches, and batches can be answered at once."
            )
        case .unsupported: report.takesBatches = false
        case .unknown, .refused, .tooLarge, .trouble: unseen(into: &report)
        }
    }

    /// Says that only an operation that stays in the shop would show the right.
    static func unseen(into report: inout ShopReport) {
        report.add(
            .note,
            "batches_unseen",
            "The shop has batches; whether the role may create asynchronous operations, which they need, "
                + "shows only when one is made, and it stays in the shop for 30 days.",
            hint: "`tidegate check --write-test` makes one; without the right a push writes one by one."
        )
    }

    private static func deny(_ right: ShopRight, into report: inout ShopReport) {
        report.takesBatches = false
        report.add(
            .warning,
            "no_operations",
            "The role may not \(right.name), so batches cannot be used: levels are written one by one, about "
                + "25 a second.",
            hint: right.hint
        )
    }

    static let noConsumers = "no_consumers"
    /// An operation accepted later than this was waited for.
    static let waitSecondsMin = 20.0
}
