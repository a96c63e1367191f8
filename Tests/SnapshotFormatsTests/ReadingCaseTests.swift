import InventoryCore
import SnapshotFormats
import Testing

/// Troubles that people who do this job met in public.
@Suite("Snapshots as they come")
struct ReadingCaseTests {
    @Test(
        "a key with a control character, or of more than 255 bytes, is rejected",
        arguments: [
            "A\u{0}B", "A\u{1B}[2J", "A\u{7F}", "A\u{9B}31m", "A\tB", "\"A\nB\"",
            String(repeating: "x", count: 256), String(repeating: "é", count: 128),
        ]
    )
    func badKeys(text: String) {
        for row in ["\(text),L,EA,1", "A,\(text),EA,1", "A,L,\(text),1"] {
            let reading = Reading("sku,location,unit,quantity\n\(row)\nB,L,EA,2\n")
            #expect(reading.reasons == [.badKey])
            #expect(reading.rejected.first?.isKeyless == true)
            #expect(reading.brief == ["B=2"])
        }
    }

    @Test("keys of 255 bytes and of any visible character are taken as they are")
    func goodKeys() {
        let long = String(repeating: "x", count: 255)
        let skus = [long, "5/8\" hex", "a+b", "100%", "[x]", "12.340", "1E5", "½ m²", "Ä\u{308}", "🔩"]
        let rows = skus.map { "\"\($0.replacing("\"", with: "\"\""))\",1\n" }.joined()
        let reading = Reading("sku,quantity\n" + rows)
        #expect(reading.rejected == [])
        #expect(reading.rows.map(\.key.sku.text) == skus)
    }

    @Test("a quantity with NUL is no quantity")
    func nulQuantity() {
        let reading = Reading("sku,quantity\nA,1\u{0}2\nB,\u{0}\n")
        #expect(reading.reasons == [.badQuantity, .badQuantity])
        #expect(reading.rejected.map(\.key?.sku) == ["A", "B"])
    }

    @Test(
        "no sign or placeholder is read as a positive number that it is not",
        arguments: [
            "(9)", "−9", "–9", "9 CR", "n/a", "N/A", "-", "--", "∞", "9*", "~9", "<9", "9 EA", "1e3", "#N/A",
        ]
    )
    func signs(text: String) {
        let reading = Reading("sku,quantity\nA,\"\(text)\"\n")
        #expect(reading.reasons == [.badQuantity])
    }

    @Test("a deduction below zero is refused, a stock below zero is not")
    func negativeDeductions() {
        let reading = Reading("sku,quantity,committed,unusable\nA,-1,0,-0\nB,1,-3,\nC,1,,3-\nD,1,\" -2\",\n")
        #expect(reading.brief == ["A=-1"])
        #expect(reading.reasons == [.refusedQuantity, .refusedQuantity, .refusedQuantity])
        #expect(reading.rejected.map(\.column) == ["committed", "unusable", "committed"])
        let constant = Reading("sku,quantity\nA,1\n") {
            $0.columns.committed = ColumnRule(source: .constant("-1"))
        }
        #expect(constant.error?.code == .badFormat)
    }

    @Test("a row that repeats the header is told from other faults")
    func repeatedHeaders() {
        let text =
            "Sku,Note,Quantity\nA,x,1\nSku,Note,Quantity\nSku,other,Quantity\nSKU,Note,Quantity\n"
            + "\u{FEFF}Sku,Note,Quantity\nB,y,2\n"
        let reading = Reading(text)
        #expect(reading.brief == ["A=1", "B=2"])
        #expect(reading.reasons == [.repeatedHeader, .repeatedHeader, .badQuantity, .repeatedHeader])
        #expect(reading.rejected.map(\.isKeyless) == [false, false, false, false])
        let headless = Reading("1,2\n1,x\n") {
            $0.dialect.hasHeader = false
            $0.columns = ColumnMapping(
                sku: ColumnRule(source: .position(1)),
                onHand: ColumnRule(source: .position(2))
            )
        }
        #expect(headless.reasons == [.badQuantity])
    }

    @Test("lines that end with a carriage return alone are lines")
    func carriageReturns() {
        #expect(Reading("sku,quantity\rR-1,5\rR-2,6\r").brief == ["R-1=5", "R-2=6"])
    }

    @Test("Excel's protected text is not silently another SKU's")
    func excelTexts() {
        let reading = Reading("sku;quantity\n=\"00470\";12\nAB-7;3\n") {
            $0.dialect.delimiter = UInt8(ascii: ";")
        }
        #expect(reading.brief == ["=\"00470\"=12", "AB-7=3"])
    }

    private static let workbook: [UInt8] =
        [0x50, 0x4B, 3, 4, 20, 0, 6, 0, 10, 0] + Array("....[Content_Types].xml,\n\"<x>".utf8)

    @Test(
        "files of other programs are told by their names",
        arguments: [
            (workbook, "Excel workbook"), ([0x50, 0x4B, 3, 4, 10, 0x2C, 10, 1], "zip archive"),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 10, 44], "Excel workbook"),
            (Array("%PDF-1.7\nsku,quantity\n".utf8), "PDF"),
            (Array("\u{FEFF}\n <!DOCTYPE html>\n<html>".utf8), "web page"),
            (Array("<HTML><body>sku,quantity\nA,1\n".utf8), "web page"),
            (Array("<?xml version=\"1.0\"?>\n".utf8), "XML"),
        ]
    )
    func foreign(bytes: [UInt8], name: String) {
        for notation in Notation.allCases {
            let reading = Reading(bytes, SnapshotFormat(notation: notation))
            #expect(reading.error?.code == .notATable)
            #expect(reading.error?.kind == .badInput)
            #expect(reading.error?.message.contains(name) == true)
            #expect(Reading(bytes, SnapshotFormat(notation: notation)) { 1 }.error?.code == .notATable)
            #expect(reading.rows == [])
        }
    }

    @Test("a header with control characters is refused, whoever uses the column")
    func badHeaders() {
        #expect(Reading("sku,quantity,x\u{1B}[31m\nA,1,\n").error?.code == .badHeader)
        #expect(Reading("s\u{0}k\u{0}u,quantity\nA,1\n").error?.hint.contains("utf-16le") == true)
        #expect(Reading("sku,quantity,\"two\nlines\"\nA,1,\n").brief == ["A=1"])
    }

    @Test("two columns that could be meant are an error of the configuration that names both")
    func competingColumns() {
        let error = Reading("sku,On_Hand,Quantity\nA,1,2\n").error
        #expect(error?.code == .competingColumns)
        #expect(error?.kind == .badConfiguration)
        #expect(
            error?.message.contains("\"On_Hand\"") == true && error?.message.contains("\"Quantity\"") == true
        )
        let named = Reading("sku,On_Hand,Quantity\nA,1,2\n") {
            $0.columns.onHand = ColumnRule(anyOf: ["quantity"])
        }
        #expect(named.brief == ["A=2"])
    }
}
