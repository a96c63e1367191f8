import InventoryCore
import Testing

@testable import OroClient

@Suite("The questions for levels")
struct LevelQueryTests {
    @Test("the index is walked by one operator only")
    func index() {
        let path = LevelQuery.index(after: "128", size: 1000)
        #expect(
            path.hasPrefix("/inventorylevels?filter%5Bid%5D%5Bgt%5D=128&sort=id&page%5Bsize%5D=1000&include=")
        )
        #expect(path.components(of: "filter%5Bid%5D") == 1)
        #expect(LevelQuery.index(after: nil, size: 10).contains("%5Bgt%5D=0&"))
    }

    @Test("a list is divided where the URL would be too long or the count too large")
    func lists() {
        let skus = (0..<2000).map { "SKU-\(100_000 + $0)" }
        let query = LevelQuery(urlBytesMax: 6000)
        let lists = query.lists(skus, countMax: 500)
        #expect(lists.map(\.range).flatMap { skus[$0] } == skus)
        for (range, list) in lists {
            #expect(range.count <= 500)
            #expect(LevelQuery.ofSKUs(list, after: "9999999999", size: 1000).utf8.count <= 6000)
        }
        #expect(lists.count == 4)
        #expect(query.lists(skus, countMax: 10_000).count > 3)
        #expect(query.lists([], countMax: 10).isEmpty)
        let long = String(repeating: "x", count: 9000)
        #expect(query.lists(["a", long, "b"], countMax: 10).map(\.range) == [0..<1, 1..<2, 2..<3])
    }

    @Test("characters that mean something in a URL are encoded")
    func encoding() {
        #expect(LevelQuery.encoded("AB-1_2.3~") == "AB-1_2.3~")
        #expect(LevelQuery.encoded("a b&c=d+e/f%ü#?") == "a%20b%26c%3Dd%2Be%2Ff%25%C3%BC%23%3F")
    }

    @Test("a SKU that would be read as a list or a range is not asked for")
    func unaskable() {
        for sku in ["", "A,B", "A..B", "A\nB", String(repeating: "x", count: 256)] {
            #expect(!LevelQuery.canAsk(SKU(sku)), "\(sku)")
        }
        for sku in ["AB-1", "a_b", "0RT28", "Größe 1", "A.B", "50%"] {
            #expect(LevelQuery.canAsk(SKU(sku)), "\(sku)")
        }
    }

    @Test("ids are compared as numbers where they are numbers")
    func order() {
        #expect(LevelWalk.isBefore("9", "10"))
        #expect(LevelWalk.isBefore("99", "100"))
        #expect(!LevelWalk.isBefore("100", "99"))
        #expect(!LevelWalk.isBefore("5", "5"))
        #expect(LevelWalk.isBefore("a", "b"))
    }
}

extension String {
    func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
