import Testing

@testable import HTTPTransport

@Suite("A secret")
struct SecretTests {
    @Test("description, dump, collections and optionals do not show the text; revealed() does")
    func hidden() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in [
            "\(secret)", String(reflecting: secret), dumped, "\([secret])", "\(Optional(secret) as Any)",
        ] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect(secret.revealed() == "hunter2")
    }
}
