import HTTPTransport
import InventoryCore

/// What the answers to an examination's questions say of the shop.
enum ExamineRules {
    /// The first page of the index with the count of all; gives the page where it could be read.
    static func levels(_ exchange: Exchange, into report: inout ShopReport) -> LevelIndexPage? {
        switch ReadRules.answer(exchange, needing: .viewLevels) {
        case .failure(let trouble):
            report.add(.problem, trouble)
            return nil
        case .success(let reply):
            report.levelCount = reply.totalCount
            do {
                let page = LevelIndexPage(try LevelDocument(reply.body))
                report.add(.ok, "reachable", "The shop answers, the credentials are good.")
                unnamed(page, into: &report)
                return page
            } catch {
                report.add(
                    .problem,
                    "unexpected_answer",
                    "The list of levels cannot be understood (byte \(error.offset)).",
                    hint: "Check whether a proxy before the shop changes its answers."
                )
                return nil
            }
        }
    }

    private static func unnamed(_ page: LevelIndexPage, into report: inout ShopReport) {
        guard let first = page.unnamed.first else { return }
        if page.levels.isEmpty {
            report.add(
                .problem,
                ShopReport.Finding.productsHidden,
                Fault(.notPermitted(LevelIndexPage.hidden, .viewProducts)).message,
                hint: ShopRight.viewProducts.hint
            )
        } else {
            report.add(
                .warning,
                "products_hidden_in_part",
                "Of the first \(page.levels.count + page.unnamed.count) levels \(page.unnamed.count) are "
                    + "shown without their product, such as level \(first); their stock is not written.",
                hint: ShopRight.viewProducts.hint
            )
        }
    }

    /// A list without any level.
    static func emptyIndex(_ meaning: EmptyIndex, into report: inout ShopReport) {
        switch meaning {
        case .productsHidden, .nothingShown:
            let fault = meaning.trouble.map { Fault($0) }
            report.add(
                .problem,
                ShopReport.Finding.productsHidden,
                fault?.message ?? "",
                hint: fault?.hint ?? ""
            )
        case .noLevels:
            report.add(
                .warning,
                "no_levels",
                "The shop shows products and no inventory level.",
                hint: "Levels belong to the first organization: use an integration user of that one."
            )
        case .trouble(let trouble): report.add(.problem, trouble)
        }
    }

    /// A write to a level that cannot exist: 404 says that the role may edit levels, 403 that it may not.
    static func edit(_ answer: WriteAnswer, into report: inout ShopReport) {
        switch answer {
        case .record(.refused(.levelGone, _)):
            report.add(.ok, "may_edit", "The role may edit inventory levels.")
        case .trouble(let trouble, _): report.add(.problem, trouble)
        case .record(let record):
            report.add(
                .warning,
                "unexpected_answer",
                "A write to a level that does not exist is answered with \(record).",
                hint: "Check whether a proxy before the shop changes requests or answers."
            )
        }
    }

    /// A level's own value, written back.
    static func trial(_ answer: WriteAnswer, of level: ShopLevel, into report: inout ShopReport) {
        switch answer {
        case .record(.applied), .record(.overtaken):
            report.add(
                .ok,
                "written",
                "Level \(level.id) (\(level.key)) took its own value, \(level.quantity)."
            )
        case .record(.refused(.decimalMark, _)): LocaleRules.singles(true, into: &report)
        case .record(.refused(_, let detail)):
            report.add(
                .warning,
                "write_refused",
                "Level \(level.id) (\(level.key)) refuses its own value, \(level.quantity): \(detail)",
                hint: "Open the product in the shop's back office and save its inventory there."
            )
        case .trouble(let trouble, _): report.add(.problem, trouble)
        case .record(let record):
            report.add(
                .warning,
                "unexpected_answer",
                "A write of level \(level.id)'s own value is answered with \(record).",
                hint: "Check whether a proxy before the shop changes requests or answers."
            )
        }
    }

    /// The inventory status of a product that cannot exist: 403 says that the role may not edit products.
    static func editProducts(_ answer: WriteAnswer, into report: inout ShopReport) {
        switch answer {
        case .record(.refused(.levelGone, _)):
            report.add(.ok, "may_edit_products", "The role may edit products, to set them back to in_stock.")
        case .trouble(.notPermitted, _):
            report.add(
                .warning,
                "no_product_edit",
                "The role may not edit products, so `inventory_status: restore` sets none back to in_stock; "
                    + "quantities are written.",
                hint: ShopRight.editProducts.hint
            )
        case .trouble(let trouble, _): report.add(.problem, trouble)
        case .record(let record):
            report.add(
                .warning,
                "unexpected_answer",
                "A write to a product that does not exist is answered with \(record).",
                hint: "Check whether a proxy before the shop changes requests or answers."
            )
        }
    }

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

    /// Webhooks, the youngest feature that can be seen from outside: whoever has them has all others.
    static func webhooks(_ exchange: Exchange, into report: inout ShopReport) {
        guard case .reply(let reply) = exchange, reply.status == 200 || reply.status == 403 else { return }
        report.version = "6.1.9 or newer"
    }

    /// What orders and batches give away of the version, where webhooks did not.
    static func version(of report: inout ShopReport) {
        guard report.version == nil else { return }
        if report.orderWay == .updated {
            report.version = "6.0.5 or newer"
        } else if report.takesSynchronousBatches == true {
            report.version = "6.0.4 or newer"
        } else if report.knowsBatches == true {
            report.version = "5.1.7 or newer"
        }
    }

    /// The page that shows whether shoppers suffer; without it the push yields to nobody, or to all.
    static func storefront(_ look: StorefrontLook, url: String, into report: inout ShopReport) {
        guard let problem = look.problem else {
            let milliseconds = Int(look.milliseconds)
            report.add(.ok, "storefront", "The storefront's page answers, in \(milliseconds) ms.")
            return
        }
        report.add(
            .warning,
            "storefront_silent",
            "The page of `oro.push.storefront` cannot be measured: \(problem). Without it the push does not "
                + "see whether shoppers suffer.",
            hint: "Open \(url) from this machine, and name a page that answers without a login."
        )
    }
}
