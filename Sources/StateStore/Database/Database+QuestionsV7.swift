import GRDB

extension Database {
    /// What was sent and may still take effect, and what a push has learnt of the shop.
    func makeQuestions() throws {
    }
}
