/// The code of a unit of measure: the ERP's in positions, OroCommerce's in levels; empty if none is stated.
package struct StockUnit: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Stands for the SKU's base unit, whatever that is called: no key has a control character.
    package static let inBase = StockUnit("\u{1}base")
}
