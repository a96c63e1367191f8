import Foundation

// How random rules and stock are made and written down.
extension RandomFiles {
    private static let sites = ["main", "west"]
    private static let fenceNames = ["b2b", "gold", "mkt", "silver", "web"]

    init(seed: UInt64) {
        var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15)
        grain = dice.pick([1_000, 1_000_000, 1_000_000, 6_000_000])
        for site in RandomFiles.sites {
            netting[site] = dice.chance(30)
            proportional[site] = dice.chance(60)
        }
        for _ in 0..<dice.below(3) {
            var rule = RandomFiles.match(&dice)
            rule.amount = dice.amount(12)
            safety.append(rule)
        }
        for (number, id) in RandomFiles.fenceNames.enumerated() where dice.chance(65) {
            var fence = FenceRow(id: id, rank: 1 + dice.below(3))
            if dice.chance(40) { fence.locations = dice.chance(50) ? "V\(number)*" : "V\(number)-1" }
            for _ in 0..<(1 + dice.below(3)) { fence.rules.append(RandomFiles.rule(grain, &dice)) }
            fences.append(fence)
        }
        fences.sort { ($0.rank, $0.id) < ($1.rank, $1.id) }
        for sku in RandomFiles.skus {
            for site in RandomFiles.sites where dice.chance(75) {
                let place = Place(sku: sku, site: site)
                for location in ["L1", "L2", "V0-1", "V1-1", "V2-2", "V3-1", "V4-1"] where dice.chance(50) {
                    let net = dice.amount(70)
                    stock[place, default: []].append((location, dice.chance(20) ? -net : net))
                }
                for pool in fences.map(\.id) + ["shared", "nobody"] where dice.chance(15) {
                    orders.append(Charge(place: place, pool: pool, quantity: dice.amount(20)))
                }
                for fence in fences where dice.chance(20) {
                    consumed.append(Charge(place: place, pool: fence.id, quantity: dice.amount(50)))
                }
            }
        }
    }

    private static func match(_ dice: inout Dice) -> Rule {
        var rule = Rule()
        switch dice.below(5) {
        case 0: rule.pattern = dice.pick(["AB-*", "*1", "?B-1*", "*-*", "A*-?"])
        case 1: rule.pattern = dice.pick(skus.filter { !$0.contains("\"") })
        case 2: rule.listed = ["AB-2", "KA-1", "Ä 1"]
        default: break
        }
        if dice.chance(30) { rule.site = dice.pick(sites) }
        return rule
    }

    private static func rule(_ grain: Int64, _ dice: inout Dice) -> Rule {
        var rule = match(&dice)
        rule.hold = dice.pick(["floor", "quota", "percent"])
        rule.amount = rule.hold == "percent" ? Int64(dice.below(1001)) : dice.amount(80)
        if dice.chance(40) { rule.min = dice.amount(25) }
        if dice.chance(30) { rule.max = rule.min + dice.amount(60) }
        if dice.chance(40) { rule.step = max(1_000_000, grain) * Int64(dice.pick([1, 5, 12])) }
        // Around the instant, which the first belongs to and the last does not.
        if dice.chance(20) { rule.from = instant + dice.pick([-1, 0, 1]) }
        if dice.chance(20) { rule.until = instant + dice.pick([2, 3]) - (rule.from == nil ? 2 : 0) }
        return rule
    }

    // MARK: Files

    var rulesText: String {
        let unit =
            grain == 1_000
            ? "{ erp: KG, per_base: 1, oro: kg, precision: 3 }"
            : "{ erp: EA, per_base: \(grain / 1_000_000), oro: item }"
        var lines = ["units: [\(unit)]", "sites:"]
        for site in RandomFiles.sites {
            let shrink = proportional[site] == true ? "proportional" : "rank"
            lines.append("  \(site): { netting: \(netting[site] == true), shrink: \(shrink) }")
        }
        if !safety.isEmpty { lines.append("safety_stock:") }
        for rule in safety {
            lines.append("  - { \(RandomFiles.match(rule))quantity: \(RandomFiles.decimal(rule.amount)) }")
        }
        if !fences.isEmpty { lines.append("fences:") }
        for fence in fences {
            lines += ["  \(fence.id):", "    rank: \(fence.rank)"]
            if let locations = fence.locations { lines.append("    locations: [\"\(locations)\"]") }
            lines.append("    rules:")
            for rule in fence.rules { lines.append("      - { \(RandomFiles.text(of: rule)) }") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func match(_ rule: Rule) -> String {
        var parts: [String] = []
        if let pattern = rule.pattern { parts.append("sku: '\(pattern)'") }
        if rule.listed != nil { parts.append("sku_file: list.txt") }
        if let site = rule.site { parts.append("site: \(site)") }
        return parts.isEmpty ? "" : "match: { \(parts.joined(separator: ", ")) }, "
    }

    private static func text(of rule: Rule) -> String {
        var text = match(rule) + "hold: \(rule.hold), "
        text +=
            rule.hold == "percent"
            ? "percent: \(decimal(rule.amount * 100_000))" : "quantity: \(decimal(rule.amount))"
        if rule.min > 0 { text += ", min: \(decimal(rule.min))" }
        if let max = rule.max { text += ", max: \(decimal(max))" }
        if let step = rule.step { text += ", step: \(decimal(step))" }
        var valid: [String] = []
        if let from = rule.from { valid.append("from: \"\(time(from))\"") }
        if let until = rule.until { valid.append("until: \"\(time(until))\"") }
        return valid.isEmpty ? text : text + ", valid: { \(valid.joined(separator: ", ")) }"
    }

    private static func time(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }

    var listText: String { "# Named one by one\nAB-2\nKA-1\nÄ 1\n" }

    /// Committed and unusable stock on top of the net, in an order that is not that of the output.
    var positionsText: String {
        var text = "unusable,sku,site,location,on_hand,committed\n"
        for place in places.reversed() {
            for row in stock[place] ?? [] {
                let hand = RandomFiles.decimal(row.net + 3_500_000)
                text += "1.5,\(RandomFiles.field(place.sku)),\(place.site),\(row.location),\(hand),2\n"
            }
        }
        return text
    }

    static func text(of charges: [Charge], _ pool: String) -> String {
        charges.reduce("sku,site,\(pool),quantity\n") { text, charge in
            let quantity = decimal(charge.quantity)
            return text + "\(field(charge.place.sku)),\(charge.place.site),\(charge.pool),\(quantity)\n"
        }
    }

    private static func field(_ text: String) -> String {
        text.contains(",") ? "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\"" : text
    }

    /// The rows that must come out, in byte order.
    var rows: [String] {
        places.flatMap { place in
            pools(place).sorted { $0.key < $1.key }.map { pool, quantity in
                [place.sku, place.site, pool, RandomFiles.decimal(quantity)].joined(separator: "|")
            }
        }
    }

    private static func decimal(_ millionths: Int64) -> String {
        let (whole, rest) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var text = (millionths < 0 ? "-" : "") + "\(whole)"
        guard rest > 0 else { return text }
        text += "." + String(String(1_000_000 + rest).dropFirst())
        while text.hasSuffix("0") { text.removeLast() }
        return text
    }
}

/// Chance that is the same for the same seed.
private struct Dice {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// Millionths, mostly whole units.
    mutating func amount(_ unitsMax: Int) -> Int64 {
        let whole = Int64(below(unitsMax + 1)) * 1_000_000
        return chance(20) ? whole + Int64(below(1000)) * 1_000 : whole
    }
}
