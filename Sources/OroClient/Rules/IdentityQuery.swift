/// The paths and queries that tell one shop from another.
enum IdentityQuery {
    /// Some levels with their SKUs and, where the role may read it, when their organization was made.
    static func levels(_ list: Substring, size: Int) -> String {
        "\(LevelQuery.collection)?filter%5Bid%5D=\(list)&page%5Bsize%5D=\(size)"
            + "&include=product,productUnitPrecision,warehouse,organization"
            + "&fields%5Binventorylevels%5D=quantity,product,productUnitPrecision,warehouse,organization"
            + "&fields%5Bproducts%5D=sku,primaryUnitPrecision&fields%5Bproductunitprecisions%5D"
            + "=unit,precision,conversionRate&fields%5Borganizations%5D=createdAt"
    }

    /// Which of some SKUs are products.
    static func products(_ list: Substring, size: Int) -> String {
        "/products?filter%5Bsku%5D=\(list)&page%5Bsize%5D=\(size)&fields%5Bproducts%5D=sku"
    }

    /// The first product: an answer says that the role may view products.
    static let anyProduct = "/products?page%5Bsize%5D=1&fields%5Bproducts%5D=sku"
}
