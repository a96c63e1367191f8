import HTTPTransport
import InventoryCore

/// What the answers to an examination's questions say of the shop.
enum ExamineRules {
    /// The first page of the index, one level long, with the count of all.
    static func levels(_ exchange: Exchange, into report: inout ShopReport) {
        switch ReadRules.answer(exchange) {
        case .failure(let trouble):
            report.add(.problem, Fault(trouble))
        case .success(let reply):
            report.levelCount = reply.totalCount
            do {
                let page = LevelIndexPage(try LevelDocument(reply.body))
                report.add(.ok, "reachable", "The shop answers, the credentials are good.")
                if !page.unnamed.isEmpty {
                    report.add(
                        .problem,
                        ShopReport.Finding.productsHidden,
                        Fault(.notPermitted(LevelIndexPage.hidden)).message,
                        hint: "Give the integration user's role view on products."
                    )
                }
                if page.isLast {
                    report.add(
                        .warning,
                        "no_levels",
                        "The shop shows no inventory level.",
                        hint: "Levels belong to the first organization: use an integration user of that one."
                    )
                }
            } catch {
                report.add(
                    .problem,
                    "unexpected_answer",
                    "The list of levels cannot be understood (byte \(error.offset)).",
                    hint: "Check whether a proxy before the shop changes its answers."
                )
            }
        }
    }

    /// `OPTIONS` on the collection.
    static func methods(_ exchange: Exchange, into report: inout ShopReport) {
        guard case .success(let reply) = ReadRules.answer(exchange), let allow = reply.allow else { return }
        let methods = allow.uppercased().split { $0 == "," || $0 == " " }
        let takesBatches = methods.contains("PATCH")
        report.takesBatches = takesBatches
        if takesBatches {
            report.add(.ok, "batches", "Levels can be written in batches.")
        } else {
            report.add(
                .warning,
                "no_batches",
                "This version writes levels one by one, about 25 a second.",
                hint: "Update OroCommerce to 5.1.7, 6.0.1 or newer."
            )
        }
    }

    /// A write to a level that cannot exist: 404 says that the role may edit levels, 403 that it may not.
    static func edit(_ answer: WriteAnswer, into report: inout ShopReport) {
        switch answer {
        case .record(.refused(.levelGone, _)):
            report.add(.ok, "may_edit", "The role may edit inventory levels.")
        case .trouble(let trouble, _):
            report.add(.problem, Fault(trouble))
        case .record(let record):
            report.add(
                .warning,
                "unexpected_answer",
                "A write to a level that does not exist is answered with \(record).",
                hint: "Check whether a proxy before the shop changes requests or answers."
            )
        }
    }

    /// The state of an operation that cannot exist.
    static func operations(_ exchange: Exchange, into report: inout ShopReport) {
        guard case .reply(let reply) = exchange, reply.status == 403 else { return }
        report.takesBatches = false
        report.add(
            .warning,
            "no_operations",
            "The role may not view asynchronous operations, so batches cannot be used.",
            hint: operationsHint
        )
    }

    /// A synchronous batch of one record that cannot exist: nothing can come of it in any version.
    ///
    /// Versions that know the mode refuse the record at once; older ones accept an operation that will fail.
    /// A new one accepts an operation too when no consumer took the batch for 25 s.
    static func batch(_ answer: SubmitAnswer, seconds: Double, into report: inout ShopReport) {
        switch answer {
        case .records:
            report.takesSynchronousBatches = true
            report.add(.ok, "synchronous_batches", "Batches can be answered at once.")
        case .accepted where seconds < waitSecondsMin: report.takesSynchronousBatches = false
        case .accepted:
            report.takesSynchronousBatches = true
            report.add(
                .warning,
                "no_consumers",
                "No queue consumer took a batch for \(Int(seconds)) s.",
                hint: "Start `oro:message-queue:consume` in the shop, or see what keeps its queue busy."
            )
        case .notPermitted:
            report.takesBatches = false
            report.add(
                .warning,
                "no_operations",
                "The role may not create asynchronous operations, so batches cannot be used.",
                hint: operationsHint
            )
        case .unsupported: report.takesBatches = false
        case .unknown, .refused, .tooLarge, .trouble: break
        }
    }

    /// An operation accepted later than this was waited for.
    static let waitSecondsMin = 20.0

    private static let operationsHint =
        "Give the integration user's role view and create on asynchronous operations."

    /// The list of warehouses, which only the Enterprise Edition has.
    static func warehouses(_ exchange: Exchange, into report: inout ShopReport) {
        guard case .reply(let reply) = exchange else { return }
        switch reply.status {
        case 404: report.edition = .community
        case 403:
            report.edition = .enterprise
            report.add(
                .warning,
                "warehouses_hidden",
                "The role may not view warehouses, so levels of several warehouses cannot be told apart.",
                hint: "Give the integration user's role view on warehouses."
            )
        case 200:
            report.edition = .enterprise
            do {
                report.warehouses = try LevelDocument(reply.body).warehouses.values.sorted()
            } catch {
                report.add(
                    .warning,
                    "unexpected_answer",
                    "The list of warehouses cannot be understood (byte \(error.offset))."
                )
            }
        default: break
        }
    }

    /// Webhooks, the youngest feature that can be seen from outside.
    static func webhooks(_ exchange: Exchange, into report: inout ShopReport) {
        var hasWebhooks = false
        if case .reply(let reply) = exchange { hasWebhooks = reply.status == 200 || reply.status == 403 }
        if hasWebhooks {
            report.version = "6.1.9 or newer"
        } else if report.takesSynchronousBatches == true {
            report.version = "6.0.4 or newer"
        } else if report.takesBatches == true {
            report.version = "5.1.7 or newer"
        }
    }
}
