import DeltaEngine
import InventoryCore

extension RejectedRow { var key: PositionKey? { nil } }
extension DiffSummary {
    var rejectedLines: Int { 0 }
    var keylessRows: Int { 0 }
    var repeatedHeaders: Int { 0 }
    var endsInsideLine: Bool { false }
}
