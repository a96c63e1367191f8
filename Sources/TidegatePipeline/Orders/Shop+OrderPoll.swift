import InventoryCore
import OroClient
import StateStore
import TidegateSettings

extension Shop {
    /// Reads the shop's orders right before figures are worked out: whatever a checkout takes between our
    /// reading and our writing is written over.
    ///
    /// Where they cannot be read the figures are worked out by what is known; they stop rising once that
    /// lasts too long.
    ///
    /// - Returns: why they could not be read.
    /// - Throws: `Fault` where the work itself cannot go on.
    @discardableResult
    func pollOrders(_ oro: OroClient) async throws -> Fault? {
        guard !keepsOrders, let poll = OrderPoll(shop: self, oro: oro) else { return nil }
        do {
            _ = try await poll.perform()
            return nil
        } catch {
            let fault = Fault(error)
            guard fault.isShopTrouble, fault.code != .otherShop else { throw fault }
            return fault
        }
    }
}
