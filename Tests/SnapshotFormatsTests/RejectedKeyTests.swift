import InventoryCore
import SnapshotFormats
import Testing

@Suite("Rejected rows say what they speak of")
struct RejectedKeyTests {
    private static let key = PositionKey(sku: "A", location: "WH-1", unit: "EA")

    @Test(
        "a row with a fault after its key names its position",
        arguments: [
            " A ,WH-1,EA,n/a,,,", "A,WH-1,EA,,,,", "A,WH-1,EA,1,x,,", "A,WH-1,EA,1,-1,,",
            "A,WH-1,EA,1,,x,", "A,WH-1,EA,1,,,yesterday", "A,WH-1,EA,0.1234567,,,",
            "A,WH-1,EA,99999999999999,,,",
        ]
    )
    func keyed(row: String) {
        let reading = Reading("sku,location,unit,on_hand,committed,unusable,as_of\n\(row)\n")
        #expect(reading.rejected.map(\.key) == [Self.key])
        #expect(reading.rejected.first?.isKeyless == false)
    }

    @Test("whatever the order of the columns")
    func anyOrder() {
        let reading = Reading("quantity,unit,location,sku\nn/a,EA,WH-1,A\n")
        #expect(reading.rejected.map(\.key) == [Self.key])
    }

    @Test(
        "a row whose key cannot be read names none",
        arguments: [",WH-1,1", "A,WH-1", "A,WH-1,1,2", "A\u{0},WH-1,1", "\"A\"B,WH-1,1"]
    )
    func keyless(row: String) {
        let reading = Reading("sku,location,quantity\n\(row)\n")
        #expect(reading.rejected.map(\.key) == [nil])
        #expect(reading.rejected.first?.isKeyless == true)
    }

    @Test(
        "an object with a fault beside its key names its position",
        arguments: [
            #"{"sku":"A","location":"WH-1","unit":"EA","on_hand":[]}"#,
            #"{"on_hand":true,"unit":"EA","location":"WH-1","sku":"A"}"#,
            #"{"sku":"A","location":"WH-1","unit":"EA","on_hand":1,"on_hand":2}"#,
            #"{"sku":"A","location":"WH-1","unit":"EA","on_hand":1,"as_of":17}"#,
            #"{"sku":"A","location":"WH-1","unit":"EA","on_hand":1,"committed":-1}"#,
        ]
    )
    func keyedObject(row: String) {
        let reading = Reading(row + "\n", SnapshotFormat(notation: .ndjson))
        #expect(reading.rejected.map(\.key) == [Self.key])
    }

    @Test(
        "an object whose key cannot be read names none",
        arguments: [
            #"{"sku":1.5,"on_hand":[]}"#, #"{"sku":"A","sku":"A","on_hand":1}"#, #"{"sku":"A","on_hand":1"#,
            #"{"sku":"A\u0000","on_hand":1}"#, #"{"sku":"A","unit":{},"on_hand":[]}"#,
        ]
    )
    func keylessObject(row: String) {
        let reading = Reading(row + "\n", SnapshotFormat(notation: .ndjson))
        #expect(reading.rejected.map(\.key) == [nil])
    }

    @Test("a stray quote counts as the lines that it swallows")
    func swallowedLines() {
        let rows = (0..<98).map { "B\($0),1\n" }.joined()
        let reading = Reading("sku,quantity\nA,1\n\"C,1\n\(rows)\"D,1\nE,1\n")
        #expect(reading.brief == ["A=1", "E=1"])
        #expect(reading.rejected.map(\.lines) == [100])
        #expect(reading.rejected.map(\.line) == [3])
    }
}
