import GRDB

extension Database {
    /// Which shop the state belongs to, and when the name of each level was last confirmed.
    func makeNames() throws {
    }
}
