import Crypto
import HTTPTransport
import InventoryCore

/// What Business Central and Microsoft Graph repeat in each notification, so that it is known for theirs.
enum ClientState {
    /// Whether a row repeats one of the states; all are compared, and in constant time.
    static func isKnown(_ row: BodyRow, _ states: [Secret]) -> Bool {
        guard case .text(let text) = row.value("clientState") else { return false }
        let digest = SHA256.hash(data: Array(text.utf8))
        var isKnown = false
        for state in states where SHA256.hash(data: Array(state.revealed().utf8)) == digest { isKnown = true }
        return isKnown
    }

    static var refused: Fault {
        Fault(
            .notPermitted,
            code: EventCode.clientState,
            message: "No notification of the body repeats the client's state.",
            hint: "Make the subscription with the text of client_state_file."
        )
    }
}
