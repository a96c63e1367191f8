/// Why one item of a body was not taken; the others are.
package struct EventRejection: Hashable, Sendable, Error {
    /// Counted from 0, as in the body.
    package let index: Int
    package let code: Fault.Code
    /// What is wrong with it, and how to mend it, in a sentence or two.
    package let detail: String

    package init(index: Int, code: Fault.Code, detail: String) {
        self.index = index
        self.code = code
        self.detail = detail
    }
}
