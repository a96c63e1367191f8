import Testing

@testable import InventoryCore

struct PushExploreTests {
    @Test func ratios() {
        var text = ""
        var calmAll = 0
        var stormAll = 0
        for mode in 0..<8 {
            var a = 0, b = 0, doubled = 0, unknown = 0, released = 0, wr = 0, su = 0, po = 0, rb = 0, pr = 0
            var cw = 0, cs = 0, cp = 0
            for n in 0..<20 {
                let seed = UInt64(n * 8 + mode)
                var calm = PushFaultTests.harness(seed: seed, faults: 0)
                calm.run()
                var storm = PushFaultTests.harness(seed: seed, faults: 0.2)
                storm.run()
                a += calm.requests
                b += storm.requests
                cw += calm.engine.progress.writes; cs += calm.engine.progress.submits; cp += calm.engine.progress.polls
                doubled += storm.doubledEffects
                unknown += storm.engine.progress.unknown
                released += storm.engine.progress.released
                wr += storm.engine.progress.writes; su += storm.engine.progress.submits
                po += storm.engine.progress.polls; rb += storm.engine.progress.readBacks; pr += storm.engine.progress.probes
            }
            text += "mode \(mode): calm \(a) (w\(cw) s\(cs) p\(cp)) storm \(b) = \(Double(b) / Double(a)) doubled \(doubled) unknown \(unknown) released \(released) w\(wr) s\(su) p\(po) rb\(rb) pr\(pr)\n"
            calmAll += a; stormAll += b
        }
        print(text)
    }
    @Test func speed() {
        for (name, consumers, support) in [("single", 2, 0), ("one", 1, 1), ("two", 2, 1), ("four", 4, 1)] {
            let n = support == 0 ? 5000 : 30000
            let catalogue = Catalogue.plain(zeros: n / 50, decreases: n / 2, increases: n / 2 - n / 50)
            var options = PushOptions()
            if support == 0 { options.mode = .single }
            var shop = ShopModel(stock: catalogue.stock, consumers: consumers, rate: 115, faults: FaultPlan(), seed: 1)
            if consumers == 4 { shop.cores = 4 }
            var h = PushHarness(catalogue: catalogue, options: options, shop: shop, seed: 1)
            h.run()
            let p = h.engine.pace(now: PushInstant(nanoseconds: Int64(h.shop.now * 1e9)))
            print(name, "seconds", h.shop.now, "rate", Double(n) / h.shop.now, "zeros", h.waveEnds[.zero] ?? 0, "share", (h.waveEnds[.zero] ?? 0) / h.shop.now / 0.02, "unmet", h.unmet().count, h.violations.prefix(2), h.engine.progress, p)
        }
    }
}
