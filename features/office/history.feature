# language: vi
Tính năng: Lịch sử tự chứng minh
  Ai sửa hồ sơ sau lưng hệ thống thì thanh tra thấy được, và thấy sửa ở đâu. Không phải tin lời ai.

  Bối cảnh:
    Cho tỉnh mẫu Hải Sơn
    Và thủ tục "certified-copy" đã được công bố
    Và Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:10 Thứ Hai 23/11/2026
    Và Trần Thị Hoa làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:30 Thứ Hai 23/11/2026
    Và Hồ Thị Lan làm bước "Thu lệ phí" lúc 08:40 Thứ Hai 23/11/2026
    Và Đinh Văn Phúc làm bước "Sao, quét bản chính" lúc 09:10 Thứ Hai 23/11/2026

  Kịch bản: Không ai đụng vào thì không báo động
    Thì lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Kịch bản: Sửa số biên lai đã ghi
    Khi ai đó vào thẳng cơ sở dữ liệu, sửa chữ "AA-0087123" trong việc thứ 3 thành "AA-0099999"
    Thì Trịnh Việt Hoàng thấy lịch sử bị đứt ở việc thứ 3

  Kịch bản: Sửa rồi tính lại cả chuỗi cho khớp, phát lại vẫn lộ
    Khi ai đó sửa chữ "AA-0087123" trong việc thứ 3 thành "AA-0099999" rồi tính lại cả chuỗi cho khớp
    Thì Trịnh Việt Hoàng thấy phát lại không ra đúng như đã ghi
    Và Trịnh Việt Hoàng thấy lịch sử bị đứt ở việc thứ 3

  Kịch bản: Lùi hẹn trả để hồ sơ khỏi quá hạn
    Khi ai đó lùi hẹn trả trong cơ sở dữ liệu thêm một ngày
    Thì Trịnh Việt Hoàng thấy hồ sơ không khớp lịch sử ở chỗ "due_at"

  Kịch bản: Xóa việc cuối cùng và sửa chỗ nối
    Khi ai đó xóa việc cuối cùng khỏi lịch sử và sửa lại chỗ nối cho khớp
    Thì Trịnh Việt Hoàng thấy phát lại không ra đúng như đã ghi
