/// A unit of measure by its code: the ERP's in positions,
/// OroCommerce's in levels; empty where none is stated.
package struct StockUnit: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
