def write_page(package):
    return ""
