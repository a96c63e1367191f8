import GRDB

extension Database {
    /// What is needed to make the plan of a past run anew.
    func makeReplays() throws {
    }
}
