import Hummingbird
import InventoryCore

/// The pages for people, and what belongs to them (spec, service, 4).
struct PageRoutes: Sendable {
    let desk: ServiceDesk

    var routes: [Route] {
        let pages = PageDesk(desk)
        return StandingPages(pages: pages).routes + RunPages(pages: pages).routes
            + ExceptionPages(pages: pages).routes + StockPages(pages: pages).routes
            + SourcePages(pages: pages).routes + SignInRoutes().routes + PageAsset.all.map(\.route)
    }
}
