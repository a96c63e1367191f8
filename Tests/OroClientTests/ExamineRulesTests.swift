import HTTPTransport
import InventoryCore
import Testing

@testable import OroClient

@Suite("What an examination concludes")
struct ExamineRulesTests {
    func after(_ change: (inout ShopReport) -> Void) -> ShopReport {
        var report = ShopReport()
        report.takesBatches = true
        change(&report)
        return report
    }

    @Test("levels without visible products are a problem, levels that nobody can see are one too")
    func visibility() {
        let hidden = after {
            _ = ExamineRules.levels(.reply(Answers.reply(200, Answers.hiddenProduct)), into: &$0)
        }
        #expect(!hidden.isUsable)
        #expect(hidden.findings.last?.isPermission == true)
        for meaning in [EmptyIndex.productsHidden, .nothingShown] {
            let report = after { ExamineRules.emptyIndex(meaning, into: &$0) }
            #expect(!report.isUsable)
            #expect(report.findings.map(\.code) == [ShopReport.Finding.productsHidden])
            #expect(report.findings[0].isPermission)
            #expect(report.findings[0].hint.contains("view on products"))
            #expect(!report.findings[0].hint.contains("organization:"))
        }
        let none = after { ExamineRules.emptyIndex(.noLevels, into: &$0) }
        #expect(none.isUsable && none.findings.map(\.code) == ["no_levels"])
    }

    @Test("an empty index is explained by the products: refused, empty, or there")
    func emptyIndex() {
        #expect(EmptyIndex(products: .reply(Answers.reply(403, Answers.denied))) == .productsHidden)
        #expect(EmptyIndex(products: .reply(Answers.reply(200, #"{"data":[]}"#))) == .nothingShown)
        let product = #"{"data":[{"type":"products","id":"1","attributes":{"sku":"A"}}]}"#
        #expect(EmptyIndex(products: .reply(Answers.reply(200, product))) == .noLevels)
        #expect(EmptyIndex(products: .trouble(.maintenance)) == .trouble(.maintenance))
        #expect(EmptyIndex.noLevels.trouble == nil)
        guard case .notPermitted(_, .viewProducts)? = EmptyIndex.nothingShown.trouble else {
            Issue.record("nothing shown is no missing right")
            return
        }
    }

    @Test("each right is named alone")
    func rights() {
        for right in ShopRight.allCases {
            let fault = Fault(.notPermitted("HTTP 403", right))
            #expect(fault.message.contains("may not \(right.name)"))
            for other in ShopRight.allCases where other != right {
                #expect(!fault.description.contains(other.name), "\(right), \(other)")
            }
        }
        guard
            case .failure(.notPermitted(_, .viewLevels)) = ReadRules.answer(
                .reply(Answers.reply(403, Answers.denied)),
                needing: .viewLevels
            )
        else {
            Issue.record("a 403 to a question does not name the right")
            return
        }
    }

    @Test("a role that may not edit products is warned of, since quantities are written all the same")
    func productEdit() {
        let denied = after {
            ExamineRules.editProducts(.trouble(.notPermitted("x", .editProducts)), into: &$0)
        }
        #expect(denied.isUsable && denied.findings.map(\.code) == ["no_product_edit"])
        let gone = after {
            ExamineRules.editProducts(.record(.refused(.levelGone, detail: "")), into: &$0)
        }
        #expect(gone.findings.map(\.severity) == [.ok])
    }

    @Test("a storefront's page that cannot be measured is warned of", arguments: [301, 404, 500, 503])
    func storefront(status: Int) {
        let look = StorefrontRules.look(Answers.reply(status), milliseconds: 3, timeoutSeconds: 5)
        #expect(look.problem != nil)
        #expect(look.milliseconds == (status >= 500 ? 5000 : 3))
        let report = after { ExamineRules.storefront(look, url: "http://x/", into: &$0) }
        #expect(report.isUsable && report.findings.map(\.code) == ["storefront_silent"])
    }

    @Test("every trouble has a code, a sentence and a way to mend it")
    func hints() {
        let troubles: [ShopTrouble] = [
            .outage("x"), .maintenance, .busy(retryAfterSeconds: nil), .busy(retryAfterSeconds: 3),
            .credentials("x"), .notPermitted("x"), .configuration("x"), .encryption("x"),
            .configuration("x", .url), .configuration("x", .backendPrefix), .configuration("x", .webAPI),
        ]
        for trouble in troubles {
            let fault = Fault(trouble, place: "GET /inventorylevels")
            #expect(fault.message.hasSuffix("."))
            #expect(fault.hint.count > 20)
            #expect(fault.isShopTrouble)
        }
        #expect(Set(troubles.map { Fault($0).code }).count == 7)
    }
}

extension Answers {
    static let hiddenProduct =
        #"{"data":[{"type":"inventorylevels","id":"1","attributes":{"quantity":"5"},"#
        + #""relationships":{"product":{"data":{"type":"products","id":"1"}}}}]}"#
}
