import HTTPTypes
import Hummingbird
import InventoryCore

/// An error as a page: what it is, where, and how to mend it.
struct ProblemView: Sendable {
    let status: Int
    let heading: String
    /// As HTML, as the hint.
    let message: String
    let place: String?
    let hint: String
    let code: String
    let asksToSignIn: Bool

    private init(_ problem: Problem) {
        status = Int(problem.status.code)
        heading =
            switch problem.status {
            case .notFound: "Not found"
            case .unauthorized: "Sign in first"
            case .forbidden: "Not allowed"
            case .conflict: "Not as it was"
            case .serviceUnavailable: "Not now"
            case .internalServerError: "Something is broken"
            default: "That does not work"
            }
        let fault = problem.fault
        message = PageText.marked(fault.message)
        hint = PageText.marked(fault.hint)
        code = fault.code.rawValue
        place = fault.place.isEmpty ? nil : fault.place
        asksToSignIn = problem.status == .unauthorized
    }

    /// The answer for a browser; nothing for programs, which read problem details.
    static func response(_ problem: Problem, to request: Request) -> Response? {
        guard request.headers[.accept]?.lowercased().contains("text/html") ?? false else { return nil }
        if problem.status == .unauthorized, request.method == .get || request.method == .head {
            let wanted = request.head.path ?? "/"
            return PageFrame.redirect(to: "/sign-in?to=\(PageLink.escaped(wanted))")
        }
        let view = ProblemView(problem)
        var response = PageFrame(title: view.heading).page(view, by: "problem", status: problem.status)
        if let seconds = problem.retrySeconds { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }
}
