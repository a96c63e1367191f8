import InventoryCore
import SnapshotFormats
import SnapshotSources

extension OroSettings.PublishUnits {
    /// The same choice in the words of allocation.
    var figures: PublishUnits {
        switch self {
        case .primary: .primary
        case .mirror: .mirror
        case .split(let shares): .split(shares.mapValues(\.number))
        }
    }
}
