from django.urls import path

from catalog.views import categories, imports, listings, parts, products

app_name = "catalog"

urlpatterns = [
    path("products/", products.product_list, name="products"),
    path("products/new/", products.product_new, name="product-new"),
    path("products/archive/", products.archive, name="archive"),
    path("products/print/", products.print_stickers, name="print"),
    path("products/<int:pk>/", products.product_card, name="product"),
    path("products/<int:pk>/edit/", products.product_edit, name="product-edit"),
    path("products/<int:pk>/article/", products.sku_new, name="sku-new"),
    path("products/<int:pk>/vat/", parts.vat, name="vat"),
    path("products/<int:pk>/vat/<int:vat_id>/remove/", parts.vat_remove, name="vat-remove"),
    path("products/<int:pk>/photos/", parts.AddPhotos.as_view(), name="photos"),
    path("photos/<int:pk>/", parts.photo_change, name="photo-change"),
    path("photos/<int:pk>/<slug:size>.jpg", parts.photo, name="photo"),
    path("articles/<int:pk>/", products.sku, name="sku"),
    path("articles/<int:pk>/edit/", products.sku_edit, name="sku-edit"),
    path("articles/<int:pk>/barcode/", products.make_barcode, name="make-barcode"),
    path("articles/<int:pk>/kit/", parts.kit, name="kit"),
    path("listings/", listings.listing_list, name="listings"),
    path("listings/unmatched/", listings.unmatched, name="unmatched"),
    path("listings/create/", listings.create, name="listings-create"),
    path("listings/match/", listings.match_all, name="match-all"),
    path("listings/<int:pk>/match/", listings.match, name="listing-match"),
    path("listings/<int:pk>/unmatch/", listings.unmatch, name="listing-unmatch"),
    path("import/", imports.Import.as_view(), name="import"),
    path("import/template.xlsx", imports.template, name="import-template"),
    path("import/<int:pk>/", imports.batch, name="import-batch"),
    path("import/<int:pk>/panel/", imports.panel, name="import-panel"),
    path("import/<int:pk>/check/", imports.check, name="import-check"),
    path("import/<int:pk>/apply/", imports.apply, name="import-apply"),
    path("import/<int:pk>/change/", imports.change, name="import-change"),
    path("import/<int:pk>/errors.xlsx", imports.errors, name="import-errors"),
    path("categories/", categories.category_list, name="categories"),
    path("categories/new/", categories.category_new, name="category-new"),
    path("categories/<int:pk>/", categories.category_edit, name="category-edit"),
    path("categories/<int:pk>/remove/", categories.category_remove, name="category-remove"),
]
