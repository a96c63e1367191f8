import Crypto
import InventoryCore
import StateStore
import TidegateSettings

/// Names what a run holds and the rules by which it would become figures: equal names, equal plans.
package struct HeldPlanName: Hashable, Sendable {
    package let text: String

    /// Hexadecimal digits of a name; a person types it.
    private static let digits = 12

    /// Takes what is held in any order.
    init(of doubts: [Doubt], _ figures: [HeldFigure], in settings: Settings) throws {
        var line = JSONLine()
        let apportioner = try settings.apportioner(at: .now)
        line.field("rules", apportioner.text.version.text)
        line.field("removal", settings.guards.removal.rawValue)
        for doubt in doubts.sorted(by: { ($0.source.text, $0.key) < ($1.source.text, $1.key) }) {
            line.append(doubt)
            line.field("bin", doubt.key.bin.text)
        }
        for figure in figures.sorted(by: { $0.key < $1.key }) {
            line.append(figure.wish)
            line.field("guard", figure.guardCode.rawValue)
        }
        var digest = SHA256()
        digest.update(data: line.bytes)
        text = String(digest.finalize().hexadecimal.prefix(HeldPlanName.digits))
    }
}
