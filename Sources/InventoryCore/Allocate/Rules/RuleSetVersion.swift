/// Names a rule set by the SHA-256 of what it says (`RuleText`), in hexadecimal: equal rules have equal
/// versions.
///
/// Files and line numbers do not count, nor does the order of sites and fences; the order of rules does.
package struct RuleSetVersion: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
