package import InventoryCore

extension JSONLine {
    /// Writes a step of a history as `history --json` prints it, with the lines that have stated it where
    /// those were looked up.
    package mutating func append(_ step: SKUHistory.Step, lines: [Int]? = nil) {
        object { line in
            switch step {
            case .figure(let change): line.fields(change)
            case .stock(let stock, let at, let act, let cause):
                line.field("at", at.description)
                line.field("what", "stock")
                line.field("cause", cause.rawValue)
                line.array("sites") { line in
                    for site in stock.sites {
                        line.object { line in
                            line.field("site", site.site.text)
                            line.field("stock", site.stock)
                            line.field("orders", site.orders)
                        }
                    }
                }
                line.fields(act)
            case .decision(let act):
                line.field("at", act.at.description)
                line.field("what", "decision")
                line.field("cause", "decided")
                line.fields(act)
            }
            guard let lines else { return }
            line.array("lines") { line in
                for number in lines { line.item(number) }
            }
        }
        end()
    }

    /// Writes a figure's change; `quantity` is what the level shows from then on, or what was refused.
    package mutating func fields(_ change: FigureChange) {
        let level = change.level
        field("at", change.at.description)
        field("what", "figure")
        field("sku", level.key.sku.text)
        field("unit", level.key.unit.text)
        field("warehouse", level.key.warehouse)
        field("outcome", level.kind.word)
        field("before", level.before)
        field("quantity", level.after)
        field("cause", change.cause.rawValue)
        fields(change.act)
        field("detail", level.refusal?.rawValue)
    }

    private mutating func fields(_ act: HistoryAct?) {
        field("run", act?.run?.text)
        field("source", act?.source?.text)
        field("delivery", act?.delivery)
        field("as_of", act?.asOf?.description)
        field("rules_version", act?.rulesVersion)
        field("plan", act?.planDigest)
        if let reverts = act?.reverts { field("reverts", reverts.text) }
        field("who", act?.who)
        field("reason", act?.reason)
    }
}

extension HistoryLevel.Kind {
    /// As it is printed, and named in JSON.
    package var word: String {
        switch self {
        case .applied: "applied"
        case .observed: "observed"
        case .drifted: "drifted"
        case .read: "read"
        case .refused: "refused"
        case .gone: "gone"
        case .arrived: "arrived"
        }
    }
}
